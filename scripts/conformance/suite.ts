import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { SUITE } from './paths.ts';

const PACKAGE = '@modelcontextprotocol/conformance';
const VERSION = '0.2.0-alpha.12';
const NODE_PACKAGE = `node-${process.platform}-${process.arch}`;

export const REVISIONS = ['2025-11-25', '2026-07-28'] as const;
export type Revision = (typeof REVISIONS)[number];
export const LEGS = ['server', 'client'] as const;
export type Leg = (typeof LEGS)[number];

/** A scenario of a requirement set. `unscored` says why it does not count, as the suite has it. */
export interface Scenario {
  readonly name: string;
  readonly unscored?: string;
}

/** Puts the suite, and a Node it runs on where this one is too old, into the cache. Throws without a registry. */
export function installSuite(): void {
  const wanted = [`${PACKAGE}@${VERSION}`, ...(tooOld() ? [`${NODE_PACKAGE}@22`] : [])];
  const stamp = join(SUITE, 'installed');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted.join(' ')) return;
  mkdirSync(SUITE, { recursive: true });
  writeFileSync(join(SUITE, 'package.json'), JSON.stringify({ name: 'conformance-suite', private: true }));
  // Not with `--prefix`, which would also move the place of npm's global config.
  const { status } = spawnSync('npm', ['install', '--no-fund', '--no-audit', '--loglevel=error', ...wanted], {
    cwd: SUITE,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  if (status !== 0) throw new Error(`${wanted.join(' and ')} could not be installed`);
  writeFileSync(stamp, wanted.join(' '));
}

/** What the set of a revision asks of one side, in its order. */
export function scenariosOf(revision: Revision, leg: Leg): Scenario[] {
  const set = parse(readFileSync(join(SUITE, 'node_modules', PACKAGE, 'requirements', `${revision}.yaml`), 'utf8'));
  const unscored = set.not_scored as { scenario: string; leg: Leg; reason: string }[];
  return [
    ...(set[leg] as string[]).map((name) => ({ name })),
    ...unscored
      .filter((entry) => entry.leg === leg)
      .map(({ scenario, reason }) => ({ name: scenario, unscored: reason })),
  ];
}

/** Runs one side of one set; what the scenarios found is in `folder` afterwards. */
export async function runSuite(leg: Leg, revision: Revision, subject: readonly string[], folder: string) {
  const node = tooOld() ? join(SUITE, 'node_modules', NODE_PACKAGE, 'bin', 'node') : process.execPath;
  const script = join(SUITE, 'node_modules', PACKAGE, 'dist', 'index.js');
  const child = spawn(node, [script, leg, ...subject, '--requirements', revision, '-o', folder], {
    stdio: 'ignore',
    env: suiteEnvironment(folder),
  });
  // The exit code says whether everything passed; that is read from the folder, scenario by scenario.
  await once(child, 'exit');
}

/** Nothing of a run leaves loopback, and reading certificates would cost each of a hundred starts. */
function suiteEnvironment(folder: string): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env;
  return { ...env, CONFORMANCE_FOLDER: folder };
}

function tooOld(): boolean {
  return Number(process.versions.node.split('.')[0]) < 22;
}
