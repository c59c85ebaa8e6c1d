/** What somebody does at the keyboard. */
export type Key =
  | { readonly key: 'up' | 'down' | 'enter' | 'escape' | 'backspace' | 'interrupt' }
  | { readonly key: 'text'; readonly text: string }
  | { readonly key: 'paste'; readonly text: string };

/** Has the terminal mark what is pasted, so that a pasted letter is no command. */
export const PASTE_MARKED = '\u001b[?2004h';
export const PASTE_PLAIN = '\u001b[?2004l';

const PASTED = /\u001b\[200~([\s\S]*?)(?:\u001b\[201~|$)/;
const TOKEN = /\u001b(?:\[[0-9;?]*[ -/]*[@-~]|O[\s\S])|[\s\S]/gu;
const NAMED: Readonly<Record<string, Key['key'] & ('up' | 'down' | 'enter' | 'escape' | 'backspace' | 'interrupt')>> = {
  '\u001b[A': 'up',
  '\u001bOA': 'up',
  '\u001b[B': 'down',
  '\u001bOB': 'down',
  '\r': 'enter',
  '\n': 'enter',
  '\u001b': 'escape',
  '\u007f': 'backspace',
  '\b': 'backspace',
  '\u0003': 'interrupt',
  '\u0004': 'interrupt',
};

/** What was typed, of the bytes of one read. Sequences that mean nothing here are left out. */
export function keysIn(text: string): Key[] {
  const pasted = PASTED.exec(text);
  if (pasted !== null) {
    const after = text.slice(pasted.index + pasted[0].length);
    return [...keysIn(text.slice(0, pasted.index)), { key: 'paste', text: pasted[1]! }, ...keysIn(after)];
  }
  return [...text.matchAll(TOKEN)].flatMap(([token]): Key[] => {
    const named = NAMED[token];
    if (named !== undefined) return [{ key: named }];
    return token.length > 1 && token.startsWith('\u001b') ? [] : isShown(token) ? [{ key: 'text', text: token }] : [];
  });
}

function isShown(token: string): boolean {
  return token >= ' ' && token !== '\u007f';
}
