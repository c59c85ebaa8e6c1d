import {
  type AlertCondition,
  type AlertFilter,
  FILTER_FIELDS,
  type FilterField,
  MEASURES,
  type Measure,
  PER,
} from '../../model/alerts-config.ts';
import { ALERT_EVENTS, AUDIT_EVENTS } from '../../model/audit-events.ts';
import { nearest } from '../problems.ts';
import { WhenFault, Words } from './alert-words.ts';
import { parseDuration } from './units.ts';

export { WhenFault } from './alert-words.ts';

const LEAST_WINDOW_MS = 1000;
const MOST_WINDOW_MS = 24 * 3_600_000;
const MOST_TIMES = 1_000_000;
const MOST_PERCENT = 1000;
const MOST_FILTERS = 4;

/**
 * The condition of an alert. Throws a {@link WhenFault} for what is none.
 *
 *     MEASURE [where FILTER [and FILTER]...] > TIMES in DURATION [per principal | backend | tool]
 *     event = NAME [where FILTER [and FILTER]...]
 *     budget [NAME] spent >= PERCENT %
 *
 * A FILTER is `FIELD = VALUE`, with `*` at the end of a value for anything that begins so.
 */
export function parseWhen(text: string): AlertCondition {
  const words = new Words(text);
  const first = words.word(`one of ${MEASURES.join(', ')}, "event" or "budget"`);
  const condition =
    first.text === 'event'
      ? eventOf(words)
      : first.text === 'budget'
        ? budgetOf(words)
        : rateOf(words, oneOf(MEASURES, first, 'counts nothing that is known'));
  words.end();
  return condition;
}

function rateOf(words: Words, measure: Measure): AlertCondition {
  const filters = filtersOf(words);
  words.symbol('>', filters.length > 0 ? 'or "and" with another filter' : 'or "where" with a filter');
  const most = wholeNumber(words, 'a number of times', 0, MOST_TIMES);
  words.keyword('in');
  const window = words.word('a duration such as 5m');
  const windowMs = parseDuration(window.text);
  if (windowMs === undefined || windowMs < LEAST_WINDOW_MS || windowMs > MOST_WINDOW_MS)
    throw new WhenFault('must be a duration from 1s to 24h, such as 5m', window);
  const per = words.takes('per') ? oneOf(PER, words.word(`one of ${PER.join(', ')}`), 'is not counted by') : undefined;
  return { kind: 'rate', measure, filters, most, windowMs, per };
}

function eventOf(words: Words): AlertCondition {
  words.symbol('=');
  const name = words.word('the name of an event');
  if (ALERT_EVENTS.has(name.text))
    throw new WhenFault('is an event of alerts, and an alert cannot be about those', name);
  if (!Object.hasOwn(AUDIT_EVENTS, name.text)) {
    const meant = nearest(name.text, Object.keys(AUDIT_EVENTS));
    throw new WhenFault(`is no event${meant === undefined ? '' : `; did you mean "${meant}"?`}`, name);
  }
  return { kind: 'event', event: name.text, filters: filtersOf(words) };
}

function budgetOf(words: Words): AlertCondition {
  const budget = words.takes('spent') ? undefined : words.word('the name of a budget, or "spent"').text;
  if (budget !== undefined) words.keyword('spent');
  words.symbol('>=');
  const percent = wholeNumber(words, 'a number of percent', 1, MOST_PERCENT);
  words.symbol('%');
  return { kind: 'budget', budget, share: percent / 100 };
}

function filtersOf(words: Words): AlertFilter[] {
  const filters: AlertFilter[] = [];
  if (!words.takes('where')) return filters;
  do {
    const field: FilterField = oneOf(FILTER_FIELDS, words.word(`one of ${FILTER_FIELDS.join(', ')}`), 'is no filter');
    words.symbol('=');
    const value = words.value();
    const isPrefix = value.text.endsWith('*');
    const whole = isPrefix ? value.text.slice(0, -1) : value.text;
    if (whole.includes('*') || whole === '')
      throw new WhenFault('may have one "*", at its end, behind something', value);
    if (filters.length === MOST_FILTERS) throw new WhenFault(`there may be ${MOST_FILTERS} filters at most`, value);
    filters.push({ field, value: whole, isPrefix });
  } while (words.takes('and'));
  return filters;
}

function wholeNumber(words: Words, what: string, least: number, most: number): number {
  const word = words.word(what);
  const number = /^\d{1,9}$/.test(word.text) ? Number(word.text) : Number.NaN;
  if (!(number >= least && number <= most))
    throw new WhenFault(`must be ${what}, a whole number from ${least} to ${most}`, word);
  return number;
}

function oneOf<T extends string>(known: readonly T[], word: { text: string; at: number }, wrong: string): T {
  const found = known.find((one) => one === word.text);
  if (found !== undefined) return found;
  const meant = nearest(word.text, known);
  throw new WhenFault(`${wrong}${meant === undefined ? '' : `; did you mean "${meant}"?`}`, word);
}
