import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

type Known = Readonly<Record<string, string>>;

/** What is remembered of drivers; nothing, when it cannot be read. */
export function readCache(file: string): Known {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return typeof value === 'object' && value !== null ? (value as Known) : {};
  } catch {
    return {};
  }
}

/** Remembers `key` of a driver, or forgets it; where nothing can be written, nothing is remembered. */
export function writeCache(file: string, name: string, key: string | undefined): void {
  const { [name]: _before, ...others } = readCache(file);
  const fresh = `${file}.${process.pid}`;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    writeFileSync(fresh, JSON.stringify(key === undefined ? others : { ...others, [name]: key }), { mode: 0o600 });
    renameSync(fresh, file);
  } catch {
    // The next gateway asks the driver again.
  }
}
