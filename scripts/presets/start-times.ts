import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CLI } from '../../tests/support/paths.ts';
import { isolatedHome } from '../../tests/support/program/gateway.ts';
import { commandOf, KEPT } from './install.ts';
import { listTools } from './list-tools.ts';
import { RECORDED, type RecordedPackage } from './packages.ts';

const TIMES = 5;

/** Prints how long each server takes to its first answers behind the gateway, without its sandbox and in it. */
export async function showStartTimes(folder: string): Promise<void> {
  console.log(`Milliseconds from the start of the gateway to the tools of the server, median of ${TIMES}.\n`);
  console.log('| Package | without a sandbox | in its sandbox |\n|---|---|---|');
  for (const one of RECORDED) {
    const [without, within] = await bothMedians(one, folder);
    console.log(`| \`${one.package}\` | ${without} | ${within} |`);
  }
}

/** By turns, so that what else the machine does is the same for both. */
async function bothMedians(one: RecordedPackage, folder: string): Promise<readonly [number, number]> {
  const without: number[] = [];
  const within: number[] = [];
  for (let time = 0; time <= TIMES; time++) {
    const [off, required] = [await timeOf(one, folder, 'off'), await timeOf(one, folder, 'required')];
    // The first of each has to read the files from disk.
    if (time === 0) continue;
    without.push(off);
    within.push(required);
  }
  return [medianOf(without), medianOf(within)];
}

async function timeOf(one: RecordedPackage, folder: string, mode: 'off' | 'required'): Promise<number> {
  const home = realpathSync(mkdtempSync(join(folder, 'start-')));
  const project = join(home, 'project');
  mkdirSync(project);
  const filled = (text: string) => text.replaceAll('FOLDER', project);
  const env = Object.fromEntries(Object.entries(one.env ?? {}).map(([name, value]) => [name, filled(value)]));
  const [command, ...before] = commandOf(one, KEPT);
  const args = [...before, ...(one.args ?? []).map(filled)];
  const backend = { name: 'one', preset: one.preset, command, args, env, cwd: project, sandbox: { mode } };
  const config = join(home, 'sallyport.yaml');
  writeFileSync(config, `version: 1\nprofile: balanced\nbackends:\n  - ${JSON.stringify(backend)}\n`);
  const variables = { ...isolatedHome(home), PATH: process.env['PATH']!, CLAUDE_PROJECT_DIR: project };
  const began = performance.now();
  await listTools(process.execPath, [CLI, 'run', '--config', config], variables);
  return Math.round(performance.now() - began);
}

function medianOf(times: readonly number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 2)]!;
}
