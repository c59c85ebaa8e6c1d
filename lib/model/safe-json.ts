import { escapeActing } from './printable.ts';

/** JSON on one line in which nothing acts on a terminal: the same value, with more characters escaped. */
export function safeJson(value: unknown): string {
  const text = JSON.stringify(value);
  return text === undefined ? 'null' : isPlain(text) ? text : escapeActing(text);
}

/** Nothing but printable ASCII. */
export function isPlain(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c < 0x20 || c > 0x7e) return false;
  }
  return true;
}
