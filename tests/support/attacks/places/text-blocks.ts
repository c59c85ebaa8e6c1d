import type { Message } from '../../mcp/lines.ts';

/** A block of text, as results and messages have it. */
export const textBlock = (text: string): Message => ({ type: 'text', text });

/** The first words, in two parts, neither of which says anything. */
export function cutIn(text: string): [string, string] {
  return [text.slice(0, 15), text.slice(15, 32)];
}
