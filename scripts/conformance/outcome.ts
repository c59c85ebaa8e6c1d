import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Leg } from './suite.ts';

/** How many checks of a scenario ended how. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly warned: number;
}

/** Whether nothing spoke against it; where every check was skipped, nothing spoke at all. */
export function passes({ failed, warned }: Outcome): boolean {
  return failed === 0 && warned === 0;
}

/** What the suite left in `folder`, by scenario. */
export function outcomesIn(folder: string, leg: Leg): Map<string, Outcome> {
  const outcomes = new Map<string, Outcome>();
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    const name = /^(.+)-\d{4}-\d\d-\d\dT[-\d]+Z\/checks\.json$/.exec(path.replaceAll('\\', '/'))?.[1];
    if (name === undefined) continue;
    const scenario = leg === 'server' ? name.replace(/^server-/, '') : name;
    outcomes.set(scenario, outcomeOf(JSON.parse(readFileSync(join(folder, path), 'utf8'))));
  }
  return outcomes;
}

function outcomeOf(checks: readonly { readonly status: string }[]): Outcome {
  const count = (status: string) => checks.filter((check) => check.status === status).length;
  return { passed: count('SUCCESS'), failed: count('FAILURE'), warned: count('WARNING') };
}
