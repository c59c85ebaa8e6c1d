// Records the tools of every package a preset knows, as the packages list them, and fails when that is news.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { execa } from 'execa';
import { PRESET_NAMES } from '../lib/presets/names.ts';
import { isolatedHome } from '../tests/support/gateway.ts';
import { type RecordedServer, recordFile, recordOf } from '../tests/support/recorded-tools.ts';
import { listTools } from './presets/list-tools.ts';
import { MUST_BUILD, NEED_OLD_SDK, RECORDED, type RecordedPackage } from './presets/packages.ts';
import { reduced } from './presets/reduce.ts';

const folder = mkdtempSync(join(tmpdir(), 'sallyport-presets-'));
const env = { ...isolatedHome(folder), PATH: process.env.PATH! };
let news = 0;

try {
  await installNpm();
  await installPython('new', (name) => !NEED_OLD_SDK.includes(name), []);
  await installPython('old', (name) => NEED_OLD_SDK.includes(name), ['mcp<2']);
  for (const preset of PRESET_NAMES) await record(preset);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(news === 0 ? 0 : 1);

async function installNpm(): Promise<void> {
  const wanted = RECORDED.filter(isNpm).map((one) => `${nameOf(one)}@${one.version}`);
  const options = ['--prefix', folder, '--no-fund', '--no-audit'];
  await execa('npm', ['install', '--ignore-scripts', ...options, ...wanted]);
  await execa('npm', ['rebuild', ...options, ...MUST_BUILD]);
}

async function installPython(venv: string, belongs: (name: string) => boolean, besides: string[]): Promise<void> {
  const wanted = RECORDED.filter((one) => !isNpm(one) && belongs(nameOf(one)));
  const specs = wanted.map((one) => `${nameOf(one)}==${one.version}`);
  await execa('python3', ['-m', 'venv', join(folder, venv)]);
  await execa(join(folder, venv, 'bin', 'pip'), ['install', '--quiet', ...besides, ...specs]);
}

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
  const args = (one.args ?? []).map(filled);
  const all = { ...env, HOME: own, ...given };
  if (isNpm(one)) return [process.execPath, [join(folder, 'node_modules', nameOf(one), one.program), ...args], all];
  const venv = NEED_OLD_SDK.includes(nameOf(one)) ? 'old' : 'new';
  return [join(folder, venv, 'bin', one.program), args, all];
}

function isNpm(one: RecordedPackage): boolean {
  return one.package.startsWith('npm:');
}

function nameOf(one: RecordedPackage): string {
  return one.package.slice(one.package.indexOf(':') + 1);
}
