import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { asObject } from '../lib/model/json.ts';
import { ownFolder } from '../lib/model/own-folder.ts';
import type { Stop } from '../lib/model/stops.ts';

const ALL = 'all';
const ONE = /^backend\.([a-z0-9-]+)$/;

/** The stops in force, as files of a folder: one for everything, one for each backend. */
export function readStops(dir: string): Stop[] {
  let names: string[];
  try {
    names = readdirSync(dir);
  } catch (error) {
    // Nobody has ever stopped anything, or could, since there is no place for it; a file in its place is no answer.
    if (!existsSync(dir)) return [];
    throw error;
  }
  return names.flatMap((name) => {
    const backend = ONE.exec(name)?.[1];
    return name === ALL || backend !== undefined ? [readStop(join(dir, name), backend)] : [];
  });
}

/** Puts a stop in place, whole or not at all. */
export function writeStop(dir: string, { backend, by, sinceMs, why }: Stop): void {
  ownFolder(dir);
  const draft = join(dir, `draft-${randomBytes(6).toString('hex')}`);
  try {
    writeFileSync(draft, `${JSON.stringify({ version: 1, by, since: new Date(sinceMs).toISOString(), why })}\n`, {
      mode: 0o600,
      flag: 'wx',
    });
    renameSync(draft, join(dir, fileOf(backend)));
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Lifts the stop of a backend, or the one of everything; says whether there was one. */
export function removeStop(dir: string, backend: string | undefined): boolean {
  try {
    rmSync(join(dir, fileOf(backend)));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

function fileOf(backend: string | undefined): string {
  return backend === undefined ? ALL : `backend.${backend}`;
}

/** A file that is there stops, whatever it says. */
function readStop(path: string, backend: string | undefined): Stop {
  let said: unknown;
  try {
    said = JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    said = undefined;
  }
  const { by, since, why } = asObject(said) ?? {};
  const sinceMs = Date.parse(String(since));
  return { backend, by: textOf(by), sinceMs: Number.isNaN(sinceMs) ? 0 : sinceMs, why: textOf(why) };
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : 'unknown';
}
