import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { MUST_BUILD, NEED_OLD_SDK, RECORDED, type RecordedPackage } from './packages.ts';

/** Where the packages stay that tests run in their sandboxes; another folder is named by SALLYPORT_PRESETS. */
export const KEPT = process.env['SALLYPORT_PRESETS'] ?? join(homedir(), '.cache', 'sallyport-presets');

/** Which packages are in a folder, when all of them are. */
const LIST = 'installed.json';
const WANTED = JSON.stringify(RECORDED.map((one) => `${one.package}@${one.version}`));

/** Whether a folder holds every package in the version that is recorded. */
export function isInstalled(folder: string): boolean {
  const list = join(folder, LIST);
  return existsSync(list) && readFileSync(list, 'utf8') === WANTED;
}

/** Installs every package into a folder, for npm as one project and for PyPI into two environments. */
export async function installPackages(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await installNpm(folder);
  await installPython(folder, 'new', (name) => !NEED_OLD_SDK.includes(name), []);
  await installPython(folder, 'old', (name) => NEED_OLD_SDK.includes(name), ['mcp<2']);
  writeFileSync(join(folder, LIST), WANTED);
}

/** The same, unless they are there. */
export async function keepPackages(): Promise<void> {
  if (isInstalled(KEPT)) return;
  rmSync(KEPT, { recursive: true, force: true });
  await installPackages(KEPT);
}

/** The command line of a package's server, without its own arguments. */
export function commandOf(one: RecordedPackage, folder: string): readonly [string, ...string[]] {
  if (isNpm(one)) return [process.execPath, join(folder, 'node_modules', nameOf(one), one.program)];
  return [join(folder, NEED_OLD_SDK.includes(nameOf(one)) ? 'old' : 'new', 'bin', one.program)];
}

async function installNpm(folder: string): Promise<void> {
  const wanted = RECORDED.filter(isNpm).map((one) => `${nameOf(one)}@${one.version}`);
  const options = ['--prefix', folder, '--no-fund', '--no-audit'];
  await execa('npm', ['install', '--ignore-scripts', ...options, ...wanted]);
  await execa('npm', ['rebuild', ...options, ...MUST_BUILD]);
}

async function installPython(
  folder: string,
  venv: string,
  belongs: (name: string) => boolean,
  besides: readonly string[],
): Promise<void> {
  const wanted = RECORDED.filter((one) => !isNpm(one) && belongs(nameOf(one)));
  const specs = wanted.map((one) => `${nameOf(one)}==${one.version}`);
  await execa('python3', ['-m', 'venv', join(folder, venv)]);
  await execa(join(folder, venv, 'bin', 'pip'), ['install', '--quiet', ...besides, ...specs]);
}

function isNpm(one: RecordedPackage): boolean {
  return one.package.startsWith('npm:');
}

function nameOf(one: RecordedPackage): string {
  return one.package.slice(one.package.indexOf(':') + 1);
}
