import { escapeActing } from '../../model/printable.ts';
import { safeJson } from '../../model/safe-json.ts';
import { VERSION } from '../../model/version.ts';
import type { AuditRecord } from '../read.ts';
import { FIELD_OF, OURS_ALONE } from './fields.ts';
import { natureOf } from './nature.ts';

const LINE_ENDS: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r' };

/**
 * A record in the Common Event Format: one line. Its signature is the code that says why, or what happened where there is
 * none. What CEF has no key for goes under one of ours, such as `spArgs`.
 */
export function toCef(record: AuditRecord): string {
  const nature = natureOf(record);
  const signature = record.code ?? record.event ?? [record.kind, record.outcome].filter(Boolean).join(':');
  const header = ['CEF:0', 'Sallyport', 'Sallyport', VERSION, signature, nature.name, nature.severity];
  const taken = new Set<string>();
  const extension = Object.entries(record).flatMap(([name, value]) => pairsOf(name, value, taken));
  return `${header.map((part) => inHeader(String(part))).join('|')}|${extension.join(' ')}`;
}

function pairsOf(name: string, value: unknown, taken: Set<string>): string[] {
  if (OURS_ALONE.has(name) || name === 'code' || value === undefined) return [];
  const { cef = ownKey(name), label } = FIELD_OF.get(name) ?? {};
  let key = cef;
  for (let other = ownKey(name); taken.has(key); other += 'X') key = other;
  taken.add(key);
  const pair = `${key}=${inExtension(textOf(name, value))}`;
  return label === undefined || key !== cef ? [pair] : [pair, `${key}Label=${label}`];
}

function textOf(name: string, value: unknown): string {
  if (name === 'ts') return String(Date.parse(String(value)) || value);
  return typeof value === 'object' ? safeJson(value) : String(value);
}

/** A key of ours for what has none: letters and digits alone. */
function ownKey(name: string): string {
  const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
  return `sp${words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('') || 'Unnamed'}`;
}

/** A bar or a backslash is escaped; a header has no line ends at all. */
function inHeader(text: string): string {
  return escapeActing(text.replaceAll(/[\r\n]+/g, ' ')).replaceAll(/[\\|]/g, '\\$&');
}

/** An equals sign or a backslash is escaped, a line end is written as such; whatever else acts is shown as its escape. */
function inExtension(text: string): string {
  return text
    .split(/([\r\n])/)
    .map((part) => LINE_ENDS[part] ?? escapeActing(part).replaceAll(/[\\=]/g, '\\$&'))
    .join('');
}
