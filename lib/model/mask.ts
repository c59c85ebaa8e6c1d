import { printable } from './printable.ts';
import { safeJson } from './safe-json.ts';

/** What stands where a secret stood. */
export const MASKED = '[masked]';
/** A line of a secret with several is masked by itself from this length on: output is read line by line. */
const SHORTEST_LINE = 8;

/** Takes secrets out of a text; `name` is that of the member it is the value of, which may say what it is. */
export type Mask = (text: string, name?: string) => string;

/** A mask for every one of `secrets`, longest first, also where they stand escaped in JSON or in a log line. */
export function createMask(secrets: readonly string[]): Mask {
  const forms = secrets.filter((secret) => secret.length > 0).flatMap(formsOf);
  const ordered = [...new Set(forms)].sort((a, b) => b.length - a.length);
  if (ordered.length === 0) return (text) => text;
  return (text) => ordered.reduce((masked, secret) => masked.replaceAll(secret, MASKED), text);
}

function formsOf(secret: string): string[] {
  const lines = secret.split(/\r?\n/).filter((line) => line.length >= SHORTEST_LINE);
  const json = [JSON.stringify(secret), safeJson(secret)].map((text) => text.slice(1, -1));
  return [secret, ...json, printable(secret, secret.length), ...lines];
}

/** `value` without secrets in its keys, texts and numbers. It stays what it was: masked JSON is still JSON. */
export function maskValue(value: unknown, mask: Mask, name?: string): unknown {
  if (typeof value === 'string') return mask(value, name);
  if (typeof value === 'number') {
    const text = String(value);
    return mask(text, name) === text ? value : mask(text, name);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((element) => maskValue(element, mask));
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [mask(key), maskValue(inner, mask, key)]));
}
