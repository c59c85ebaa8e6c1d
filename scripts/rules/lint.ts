/**
 * `npm run rules:lint`: whether a pattern of our own can be made to take exponential time, by recheck. It takes a minute, so it is a
 * step of the checks and no test. Patterns are judged without their bounds, since a bound only makes what explodes slower to
 * show; what stays is polynomial in a window of two thousand characters.
 */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { check } from 'recheck';
import { sourceRules } from './injection.ts';
import { unbounded } from './pattern.ts';

const FOLDER = fileURLToPath(new URL('../../../lib/inspect/rules', import.meta.url));
const MOST_MS = 3_000;

const faults: string[] = [];
for (const { id, pattern } of sourceRules(join(FOLDER))) {
  const found = await check(unbounded(pattern), 'm', { timeout: MOST_MS });
  if (found.status === 'vulnerable' && found.complexity.type === 'exponential') {
    faults.push(`${id}: exponential, for example on ${found.attack.pattern}`);
  }
  if (found.status === 'unknown') process.stderr.write(`${id}: not judged, ${found.error.kind}\n`);
}
for (const fault of faults) process.stderr.write(`${fault}\n`);
process.exitCode = faults.length === 0 ? 0 : 1;
