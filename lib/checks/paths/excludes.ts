import type { Edit } from '../../model/decision.ts';
import { asObject } from '../../model/json.ts';
import { insertionOf } from '../../wire/insert.ts';
import type { Payload } from '../../wire/payload.ts';
import { replaceAt } from '../../wire/replace.ts';
import type { PathPattern } from './patterns.ts';

/** Most patterns a tool is given: it tries each on every file it meets. */
const MOST = 100;

/** The patterns as a tool that goes through `folder` reads them: relative to it. Those about other places are left out. */
export function excludedIn(folder: string, denied: readonly PathPattern[]): string[] {
  const found = new Set<string>();
  for (const { root, glob } of denied) {
    if (root === '/' && glob.startsWith('**')) found.add(glob);
    else if (root === folder && glob !== '') found.add(glob);
    else if (root.startsWith(`${folder === '/' ? '' : folder}/`)) {
      const below = root.slice(folder === '/' ? 1 : folder.length + 1);
      found.add(glob === '' ? below : `${below}/${glob}`);
    }
  }
  return [...found].slice(0, MOST);
}

/** The edit that adds `patterns` to those the call brings under the argument `name`. */
export function excluding(name: string, patterns: readonly string[]): Edit {
  return {
    name: `exclude ${patterns.length}`,
    apply: (body: Payload) => {
      const args = body.member('arguments');
      if (args === undefined) throw new Error('a call without arguments goes through no folder');
      const before = asObject(args.json())?.[name];
      if (before === undefined) return insertIn(body, args, name, patterns);
      const all = [...(Array.isArray(before) ? before : [before]), ...patterns];
      return replaceAt(body, ['arguments', name], JSON.stringify(all));
    },
  };
}

function insertIn(body: Payload, args: Payload, name: string, patterns: readonly string[]): Payload {
  const added = args.splice([insertionOf(args, `${JSON.stringify(name)}:${JSON.stringify(patterns)}`)]);
  return replaceAt(body, ['arguments'], added.text());
}
