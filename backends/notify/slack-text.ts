const MOST_CHARACTERS = 3000;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;' };
/** Signs that look the same and do nothing. */
const LOOK_ALIKE: Readonly<Record<string, string>> = { '*': '\u2217', '~': '\u223c', '`': '\u02cb' };

/**
 * Text of others for a message in Slack and in what speaks like it: no mention, no link and no mark-up comes of it. Slack
 * knows no escape for its signs of mark-up, so signs that look the same stand in for them; `_` counts only around words, and
 * stays within them, where names of tools have it.
 */
export function slackText(text: string): string {
  const cut = text.length > MOST_CHARACTERS ? `${text.slice(0, MOST_CHARACTERS)}…` : text;
  return cut
    .replace(/[*~`]/g, (sign) => LOOK_ALIKE[sign]!)
    .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\uff3f')
    .replace(/@/g, '\uff20')
    .replace(/:\/\//g, ':\u2215\u2215')
    .replace(/\b(mailto|tel):/gi, '$1\u2236')
    .replace(/[&<>]/g, (sign) => ENTITIES[sign]!);
}
