import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';

/** One call of an ordinary day. */
export interface DayCall {
  readonly tool: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly note: string;
}

/** The folder every day is about. */
export const DAY_PROJECT = '/home/ana/project';

/** `tests/fixtures/days/NAME.jsonl`: a day of ordinary work with the servers of a preset, in order. */
export function callsOf(preset: string, project = DAY_PROJECT): DayCall[] {
  const text = readFileSync(join(ROOT, 'tests', 'fixtures', 'days', `${preset}.jsonl`), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line.replaceAll(DAY_PROJECT, project)));
}
