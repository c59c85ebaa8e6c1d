import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';

/** Cases of others, which stand beside the project where there are any and never in it. */
const CORPUS = process.env.SALLYPORT_ARGPOLICY ?? join(ROOT, '..', 'shared', 'corpus', 'argpolicy.jsonl');

/** One case; what is expected depends on its kind. */
export interface CorpusCase {
  readonly id: string;
  readonly kind: string;
  readonly input: string;
  readonly expect: unknown;
}

/** Every case of a kind; none where there is no corpus. */
export function corpusCases(kind: string): readonly CorpusCase[] {
  if (!existsSync(CORPUS)) return [];
  const lines = readFileSync(CORPUS, 'utf8').trim().split('\n');
  return lines.map((line) => JSON.parse(line) as CorpusCase).filter((one) => one.kind === kind);
}
