import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readSource } from '../config/files/source.ts';
import type { Category } from './case.ts';
import { categoryIn } from './corpus.ts';

/*
 * Where the corpus comes from: the build puts it beside the chunks of the bundle as one file of JSON; code that is not
 * bundled reads the files it was written in. `here` is the URL of the code.
 */
export function loadCorpus(here = import.meta.url): Category[] {
  const bundled = fileURLToPath(new URL('./attack-cases.json', here));
  if (existsSync(bundled)) return (JSON.parse(readFileSync(bundled, 'utf8')) as unknown[]).map(categoryIn);
  const folder = fileURLToPath(new URL('../../../lib/attack/cases', here));
  return readdirSync(folder)
    .sort()
    .map((name) => readSource(join(folder, name), readFileSync(join(folder, name), 'utf8'), {}))
    .map(({ value }) => categoryIn(value));
}
