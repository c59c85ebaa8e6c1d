/**
 * Characters that act instead of showing: controls (C0, C1, DEL), bidirectional marks, zero-width and other
 * invisible ones, line separators, tags, lone surrogates.
 */
const ACTING =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\ud800-\udfff\u{1bca0}-\u{1bca3}\u{1d173}-\u{1d17a}\u{e0000}-\u{e0fff}]/gu;

/**
 * Text from outside, safe for a terminal, a log line or a view: every acting character is written as its
 * escape, and nothing longer than `most` characters comes through. All writers use it (docs/THREAT-MODEL.md).
 */
export function printable(text: string, most = 2000): string {
  const shown = text.length > most ? `${text.slice(0, most)}… (${text.length - most} more)` : text;
  return escapeActing(shown, (hex) => `\\u{${hex}}`);
}

/** Every acting character as its escape: in JSON as surrogate pairs, or as `wide` writes big code points. */
export function escapeActing(text: string, wide?: (hex: string) => string): string {
  return text.replace(ACTING, (character) => {
    if (character.length === 1 || wide === undefined) return escaped(character);
    return wide(character.codePointAt(0)!.toString(16));
  });
}

/** A text as JSON can write it with plain letters alone: every unit as its escape. */
export function escaped(text: string): string {
  return text.replace(/[\s\S]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
}

/** The text without its acting characters, for a reader that would not see them. */
export function withoutActing(text: string): string {
  return text.replace(ACTING, '');
}

/** Whether a name has any character that would not show as itself. */
export function hasActing(text: string): boolean {
  ACTING.lastIndex = 0;
  return ACTING.test(text);
}
