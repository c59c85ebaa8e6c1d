import { shellParser } from '../../parse/shell.ts';
import type { Counted } from './folders.ts';

/** Programs whose second word says what they do. */
const WITH_VERBS = new Set(
  'apt brew cargo dotnet docker gh git go gradle helm kubectl mvn npm pip pnpm podman poetry systemctl terraform uv yarn'.split(
    ' ',
  ),
);
/** Different forms of one command up to which each is named as it was. */
const MOST_FORMS = 3;

/** Entries that hold all these command lines; undefined when one is not understood. */
export async function commandEntries(texts: readonly string[]): Promise<readonly Counted[] | undefined> {
  const parser = await shellParser();
  const forms = new Map<string, Map<string, number>>();
  for (const text of texts) {
    const { commands, faults, doubts } = parser.parse(text);
    if (faults.length > 0 || doubts.length > 0) return undefined;
    for (const { words } of commands) {
      if (words.length === 0 || words.some(({ dynamic }) => dynamic)) return undefined;
      const plain = words.map((word) => word.text);
      if (plain.some((word) => /[\s*?|{}'"\\]/.test(word)) || plain[0] === '') return undefined;
      const head = plain.slice(0, WITH_VERBS.has(plain[0]!) && !plain[1]?.startsWith('-') ? 2 : 1).join(' ');
      const same = forms.get(head) ?? new Map<string, number>();
      same.set(plain.join(' '), (same.get(plain.join(' ')) ?? 0) + 1);
      forms.set(head, same);
    }
  }
  return [...forms].flatMap(([head, same]) => {
    if (same.size <= MOST_FORMS) return [...same].map(([entry, count]) => ({ entry, count }));
    return [{ entry: `${head} *`, count: [...same.values()].reduce((sum, count) => sum + count, 0) }];
  });
}
