import type { Level } from '../model/log.ts';
import { type Mask, maskValue } from '../model/mask.ts';
import { printable } from '../model/printable.ts';
import { safeJson } from '../model/safe-json.ts';

/** One diagnostic, before it has a form. */
export interface Entry {
  readonly ts: string;
  readonly level: Level;
  readonly event: string;
  readonly fields: Readonly<Record<string, unknown>>;
}

/** Levels in order, the most urgent first. */
export const LEVELS: readonly Level[] = ['error', 'warn', 'info', 'debug'];

const LONGEST_VALUE = 8200;

/** An entry as one printable line without secrets. */
export function showEntry(entry: Entry, format: 'text' | 'json', mask: Mask): string {
  const { ts, level, event } = entry;
  const fields = maskValue(entry.fields, mask) as Entry['fields'];
  if (format === 'json') return safeJson({ ts, level, event, ...fields });
  const shownFields = Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${shown(value)}`);
  return [ts, level.toUpperCase().padEnd(5), event, ...shownFields].join(' ');
}

/** What a person who only sees standard error needs of an entry. */
export function showBrief(entry: Entry, mask: Mask): string {
  const { code, why, hint } = entry.fields;
  const text = hint === undefined ? String(why) : `${String(why)}; ${String(hint)}`;
  const said =
    why === undefined ? showEntry(entry, 'text', mask).slice(entry.ts.length + 1) : printable(mask(text), 1000);
  return `sallyport: ${code === undefined ? '' : `[${String(code)}] `}${said}`;
}

function shown(value: unknown): string {
  const text = typeof value === 'string' ? value : safeJson(value);
  const plain = printable(text, LONGEST_VALUE);
  return /^[^\s"=]+$/.test(plain) ? plain : JSON.stringify(plain).replaceAll('\\\\u', '\\u');
}
