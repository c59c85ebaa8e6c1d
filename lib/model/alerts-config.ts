import type { SinkName } from './notify-config.ts';
import type { Place } from './rules.ts';

/** How much an alert matters, from least to most. */
export const SEVERITIES = ['low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What a rate counts (docs/alerts.md says what each is). */
export const MEASURES = ['calls', 'denied', 'would_deny', 'approvals', 'errors', 'refused'] as const;
export type Measure = (typeof MEASURES)[number];

/** What one count is kept for each of. */
export const PER = ['principal', 'backend', 'tool'] as const;
export type Per = (typeof PER)[number];

export const FILTER_FIELDS = ['code', 'backend', 'tool', 'principal'] as const;
export type FilterField = (typeof FILTER_FIELDS)[number];

/** What a record must say to be counted. */
export interface AlertFilter {
  readonly field: FilterField;
  readonly value: string;
  /** `value` is only how it begins. */
  readonly isPrefix: boolean;
}

/** More than `most` of something within a window. */
export interface RateCondition {
  readonly kind: 'rate';
  readonly measure: Measure;
  readonly filters: readonly AlertFilter[];
  readonly most: number;
  readonly windowMs: number;
  readonly per: Per | undefined;
}

/** Something that is noted when it happens. */
export interface EventCondition {
  readonly kind: 'event';
  readonly event: string;
  readonly filters: readonly AlertFilter[];
}

/** A budget of which so much is spent. */
export interface BudgetCondition {
  readonly kind: 'budget';
  /** Undefined for any budget. */
  readonly budget: string | undefined;
  /** Of its limit: 0.8 is 80 %. */
  readonly share: number;
}

export type AlertCondition = RateCondition | EventCondition | BudgetCondition;

export interface AlertRule extends Place {
  /** Unlike that of every other rule. */
  readonly name: string;
  /** The condition as it was written. */
  readonly when: string;
  readonly condition: AlertCondition;
  readonly severity: Severity;
  readonly to: readonly SinkName[];
  /** The least time between two notices of one alert that goes on. */
  readonly repeatMs: number;
  /** An event is over so long after it was seen last; undefined for one that its opposite ends, and nothing else. */
  readonly resolveAfterMs: number | undefined;
}
