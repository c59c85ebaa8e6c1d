// Records the tools of every package a preset knows, as the packages list them, and fails when that is news. With
// `--sandbox` it installs them for the tests that run them in their sandboxes, with `--start-times` it says what those cost.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { PRESET_NAMES } from '../lib/presets/names.ts';
import { isolatedHome } from '../tests/support/program/gateway.ts';
import { type RecordedServer, recordFile, recordOf } from '../tests/support/registry/recorded-tools.ts';
import { commandOf, installPackages, KEPT, keepPackages } from './presets/install.ts';
import { listTools } from './presets/list-tools.ts';
import { RECORDED, type RecordedPackage } from './presets/packages.ts';
import { reduced } from './presets/reduce.ts';
import { showStartTimes } from './presets/start-times.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-presets-'));
const env = { ...isolatedHome(folder), PATH: process.env.PATH! };
const wish = process.argv[2];
let news = 0;

try {
  if (wish === '--sandbox' || wish === '--start-times') await keepPackages();
  if (wish === '--sandbox') console.log(`installed in ${KEPT}; now run: node scripts/test.mjs e2e/sandbox/presets`);
  else if (wish === '--start-times') await showStartTimes(folder);
  else {
    await installPackages(folder);
    for (const preset of PRESET_NAMES) await record(preset);
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(news === 0 ? 0 : 1);

/** Writes what the packages of one preset offer, and says whether that is what was known. */
async function record(preset: string): Promise<void> {
  const servers: Record<string, RecordedServer> = {};
  for (const one of RECORDED.filter((any) => any.preset === preset)) {
    const tools = await listTools(...startOf(one)).catch((error: Error) => {
      throw new Error(`${one.package}: ${error.message}`);
    });
    const sorted = [...tools].sort((a, b) => (a.name < b.name ? -1 : 1));
    servers[one.package] = {
      version: one.version,
      tools: Object.fromEntries(sorted.map((tool) => [tool.name, reduced(tool)])),
    };
  }
  const isKnown = isDeepStrictEqual(recordOf(preset), servers);
  if (!isKnown) {
    news++;
    mkdirSync(dirname(recordFile(preset)), { recursive: true });
    writeFileSync(recordFile(preset), `${JSON.stringify(servers, null, 2)}\n`);
  }
  const counts = Object.entries(servers).map(([name, { tools }]) => `${name} ${Object.keys(tools).length}`);
  console.log(`${isKnown ? 'as known' : 'NEWS    '} ${preset}: ${counts.join(', ')}`);
}

function startOf(one: RecordedPackage): [string, string[], Record<string, string>] {
  const own = mkdtempSync(join(folder, 'own-'));
  const filled = (text: string) => text.replaceAll('FOLDER', own);
  const given = Object.fromEntries(Object.entries(one.env ?? {}).map(([name, value]) => [name, filled(value)]));
  const [command, ...before] = commandOf(one, folder);
  return [command, [...before, ...(one.args ?? []).map(filled)], { ...env, HOME: own, ...given }];
}
