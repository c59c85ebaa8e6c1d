import type { Severity } from './alerts-config.ts';

/** What a notice is about; an alert or a request that is over is told under the same `key` as when it began. */
export type NoticeType = 'alert.fired' | 'alert.resolved' | 'approval.asked' | 'approval.ended' | 'test';

/**
 * What somebody is told. All text in it is printable, and secrets are masked; it still may hold words of others, so each
 * sink sees to it that they are shown and do nothing.
 */
export interface Notice {
  /** The same however often it is sent. */
  readonly id: string;
  readonly type: NoticeType;
  readonly atMs: number;
  /** Nobody needs to be told any more after this. */
  readonly untilMs?: number | undefined;
  readonly key: string;
  readonly severity: Severity;
  /** One line for people, and what else they should know, a line each. */
  readonly title: string;
  readonly lines: readonly string[];
  /** For programs. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Tells somebody, some time: whoever calls never waits, and never hears how it went. */
export interface Notifier {
  readonly name: string;
  /** Whether anybody would hear of it now. */
  readonly isReachable: boolean;
  tell(notice: Notice): void;
}
