import { createHash } from 'node:crypto';
import type { AlertCondition, Measure } from '../model/alerts-config.ts';
import type { Mask } from '../model/mask.ts';
import type { Notice } from '../model/notice.ts';
import { printable } from '../model/printable.ts';
import type { AlertNews } from './alert-book.ts';

/** What makes the notices of one run of a gateway its own. */
export interface NoticeGround {
  readonly mask: Mask;
  /** Unlike that of any other run. */
  readonly run: string;
  now(): number;
  newId(): string;
}

const MOST_VALUE = 200;

const COUNTED: Readonly<Record<Measure, string>> = {
  calls: 'calls',
  denied: 'denied calls',
  would_deny: 'calls that would have been denied',
  approvals: 'calls that needed a person',
  errors: 'failed calls',
  refused: 'refused frames',
};

/** The words for an alert that fires, goes on or is over. What others have said stands in it printable and masked. */
export function noticeOf(news: AlertNews, { mask, run, now, newId }: NoticeGround): Notice {
  const { kind, rule, count, sinceMs, forMs, why, more } = news;
  const value = shownValue(news, mask);
  const about = value === '' ? '' : ` (${value})`;
  const since = new Date(sinceMs).toISOString();
  const details = news.details.map((detail) => mask(detail));
  const is = { fired: ':', 'goes-on': ' goes on:', resolved: ' is over:' }[kind];
  const what = kind === 'resolved' ? (why ?? '') : sayCount(rule.condition, count);
  return {
    id: `msg_${newId()}`,
    type: kind === 'resolved' ? 'alert.resolved' : 'alert.fired',
    atMs: now(),
    key: dedupKey(news, run),
    severity: rule.severity,
    title: `[${rule.severity}] ${rule.name}${is} ${what}${about}`,
    lines: [
      ...details,
      ...(more > 0 ? [`… and ${more} more`] : []),
      `Condition: ${rule.when}`,
      `Rule: ${rule.rule} (${rule.source})`,
      `Since: ${since}${kind === 'fired' ? '' : `, for ${sayTime(forMs)}`}`,
    ],
    data: {
      alert: rule.name,
      state: kind,
      when: rule.when,
      rule: rule.rule,
      source: rule.source,
      ...(value === '' ? {} : { value }),
      count,
      since,
      seconds: Math.round(forMs / 1000),
      ...(details.length === 0 ? {} : { details }),
      ...(more === 0 ? {} : { more }),
      ...(why === undefined ? {} : { why }),
    },
  };
}

/** The same for one alert from its beginning to its end, and for no other. */
export function dedupKey({ rule, value, sinceMs }: AlertNews, run: string): string {
  const about = createHash('sha256').update(value).digest('hex').slice(0, 16);
  return `sallyport/${run}/${rule.name}/${about}/${new Date(sinceMs).toISOString()}`;
}

/** Who or what it is about, as it may be shown. */
export function shownValue({ rule: { condition }, value }: AlertNews, mask: Mask): string {
  if (value === '') return '';
  const of = condition.kind === 'rate' ? condition.per! : condition.kind === 'event' ? 'backend' : 'budget';
  return `${of} ${printable(mask(value, of), MOST_VALUE)}`;
}

function sayCount(condition: AlertCondition, count: number): string {
  switch (condition.kind) {
    case 'rate':
      return `${count} ${COUNTED[condition.measure]} within ${sayTime(condition.windowMs)}`;
    case 'event':
      return count === 1 ? condition.event : `${condition.event}, ${count} times`;
    case 'budget':
      return `${count} % spent`;
  }
}

/** In the largest unit that leaves more than one. */
export function sayTime(ms: number): string {
  const seconds = Math.round(ms / 1000);
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.round(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.round(minutes / 60)} h`;
}
