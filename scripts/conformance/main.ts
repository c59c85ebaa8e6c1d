/**
 * `npm run conformance`: the official suite against the fixture, directly and through the gateway, and against a
 * client, likewise. `--write` puts the result into docs/conformance.md, `--keep` leaves what the suite wrote;
 * `server`, `client` or a revision runs these parts alone.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { faults, type Row } from './compare.ts';
import { type Outcome, outcomesIn } from './outcome.ts';
import { DRIVE, PAGE } from './paths.ts';
import { WAYS, type Way } from './reach.ts';
import { startServer } from './subjects.ts';
import { installSuite, LEGS, type Leg, REVISIONS, type Revision, runSuite, scenariosOf } from './suite.ts';
import { report } from './table.ts';

const asked = process.argv.slice(2).filter((arg) => !arg.startsWith('--'));
const legs = LEGS.filter((leg) => !LEGS.some((one) => asked.includes(one)) || asked.includes(leg));
const revisions = REVISIONS.filter((one) => !REVISIONS.some((name) => asked.includes(name)) || asked.includes(one));
const MARK = '<!-- what follows is written by npm run conformance -- --write -->\n';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-conformance-'));
try {
  installSuite();
  const rows: Row[] = [];
  for (const leg of legs) {
    for (const revision of revisions) rows.push(...(await everyWay(leg, revision)));
  }
  process.exitCode = conclude(rows);
} finally {
  if (process.argv.includes('--keep')) process.stderr.write(`${folder}\n`);
  else rmSync(folder, { recursive: true, force: true });
}

async function everyWay(leg: Leg, revision: Revision): Promise<Row[]> {
  const found = new Map<Way, Map<string, Outcome>>();
  const go = async (way: Way) => {
    process.stderr.write(`${leg} side, ${revision}, ${way} …\n`);
    found.set(way, await run(leg, revision, way));
  };
  // With servers the suite mostly waits; of clients it starts as many as there are scenarios by itself.
  if (leg === 'server') await Promise.all(WAYS.map(go));
  else for (const way of WAYS) await go(way);
  return scenariosOf(revision, leg).map((scenario) => ({
    scenario,
    revision,
    leg,
    outcomes: Object.fromEntries([...found].map(([way, outcomes]) => [way, outcomes.get(scenario.name)])),
  }));
}

async function run(leg: Leg, revision: Revision, way: Way): Promise<Map<string, Outcome>> {
  const own = join(folder, `${leg}-${revision}-${way}`);
  const results = join(own, 'results');
  mkdirSync(results, { recursive: true });
  if (leg === 'client') {
    await runSuite(leg, revision, ['--command', `${process.execPath} ${DRIVE} ${way}`], results);
  } else {
    const server = await startServer(way, revision, own);
    try {
      await runSuite(leg, revision, ['--url', server.url], results);
    } finally {
      await server.stop();
    }
  }
  return outcomesIn(results, leg);
}

/** Prints, and says whether something is wrong: 1, or 0. */
function conclude(rows: readonly Row[]): number {
  const text = report(rows);
  process.stdout.write(text);
  const wrong = faults(rows);
  if (asked.length === 0) wrong.push(...keepPage(text));
  for (const fault of wrong) process.stderr.write(`${fault}\n`);
  return wrong.length === 0 ? 0 : 1;
}

/** Writes the page, or says that it ought to be written. */
function keepPage(text: string): string[] {
  const page = readFileSync(PAGE, 'utf8');
  const written = `${page.slice(0, page.indexOf(MARK) + MARK.length)}\n${text}`;
  if (process.argv.includes('--write')) writeFileSync(PAGE, written);
  else if (written !== page) return ['docs/conformance.md is out of date; run `npm run conformance -- --write`'];
  return [];
}
