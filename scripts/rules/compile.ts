/**
 * `npm run rules`, and part of every build: makes of the rules that people write the data that the scanner loads. Fails for
 * a pattern that has no literal in each of its matches, because such a one would be put to every text. With `--if-stale`
 * nothing is done where the data is newer than what it is made of.
 */
import { mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { injectionData } from './injection.ts';
import { writePrepared } from './prepared.ts';

interface RuleKind {
  /** File below `build/lib/inspect/data/`. */
  readonly file: string;
  /** Folder of what it is made of. */
  readonly from: string;
  readonly data: (folder: string) => unknown;
}

const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
const DATA = join(ROOT, 'build', 'lib', 'inspect', 'data');

const KINDS: readonly RuleKind[] = [
  { file: 'injection-rules.json', from: join(ROOT, 'lib', 'inspect', 'rules'), data: injectionData },
];

mkdirSync(DATA, { recursive: true });
for (const { file, from, data } of KINDS) {
  const to = join(DATA, file);
  if (process.argv.includes('--if-stale') && isNewer(to, [from, dirname(fileURLToPath(import.meta.url))])) continue;
  writeFileSync(to, JSON.stringify(data(from)));
}
writePrepared(DATA);

function isNewer(file: string, folders: readonly string[]): boolean {
  const made = statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return folders.every((folder) => readdirSync(folder).every((name) => statSync(join(folder, name)).mtimeMs <= made));
}
