import { printable } from '../model/printable.ts';
import type { Seen } from './filters.ts';

const MOST_FIELDS = 8;
const MOST_CHARACTERS = 200;

/** Hashes say nothing to people; the log has them. */
const HASHES: ReadonlySet<string> = new Set(['pinned', 'offered', 'digest', 'before']);

/** What an event says of itself, as rules look at it. Events of pins name their tool `item`. */
export function seenIn(event: string, fields: Readonly<Record<string, unknown>>): Seen {
  const text = (key: string) => (typeof fields[key] === 'string' ? (fields[key] as string) : undefined);
  const backend = text('backend');
  const tool = text('tool') ?? (event.startsWith('tool_') ? text('item') : undefined);
  const principal = text('principal');
  return {
    code: text('code'),
    backend,
    tool: tool === undefined || backend === undefined || tool.includes('/') ? tool : `${backend}/${tool}`,
    principal,
    subject: principal,
  };
}

/** One line about it, of the members that are single values; undefined where there are none. */
export function describeEvent(fields: Readonly<Record<string, unknown>>): string | undefined {
  const shown = Object.entries(fields)
    .filter(([key, value]) => !HASHES.has(key) && ['string', 'number', 'boolean'].includes(typeof value))
    .slice(0, MOST_FIELDS)
    .map(([key, value]) => `${key} ${printable(String(value), MOST_CHARACTERS)}`);
  return shown.length === 0 ? undefined : shown.join(', ');
}
