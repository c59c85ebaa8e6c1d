import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Era, EraMemory, KnownEras } from '../lib/model/era.ts';
import { asObject } from '../lib/model/json.ts';
import type { Log } from '../lib/model/log.ts';

/** Servers that are remembered; the one noted longest ago is forgotten first. */
const MOST_SERVERS = 500;

/**
 * Remembers in a file of the state folder which eras servers speak, so that each is probed once and not at every
 * start. It only decides what is tried first: a file that is wrong, broken or gone costs one more try.
 */
export class EraFile implements EraMemory {
  readonly #path: string;
  readonly #log: Log;
  #known: Map<string, KnownEras> | undefined;

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  recall(fingerprint: string): KnownEras {
    return this.#entries().get(fingerprint) ?? {};
  }

  note(fingerprint: string, era: Era, speaks: boolean): void {
    const entries = this.#entries();
    const before = entries.get(fingerprint) ?? {};
    if (before[era] === speaks) return;
    entries.delete(fingerprint);
    entries.set(fingerprint, { ...before, [era]: speaks });
    if (entries.size > MOST_SERVERS) entries.delete(entries.keys().next().value!);
    this.#write();
  }

  #entries(): Map<string, KnownEras> {
    this.#known ??= read(this.#path);
    return this.#known;
  }

  /** Two gateways may write at the same time, so the file is put in place whole. */
  #write(): void {
    const text = `${JSON.stringify({ version: 1, servers: Object.fromEntries(this.#known!) }, null, 1)}\n`;
    const draft = `${this.#path}.${process.pid}`;
    try {
      mkdirSync(dirname(this.#path), { recursive: true, mode: 0o700 });
      writeFileSync(draft, text, { mode: 0o600 });
      renameSync(draft, this.#path);
    } catch (error) {
      this.#log.write('debug', 'eras_not_kept', { why: (error as Error).message });
    }
  }
}

function read(path: string): Map<string, KnownEras> {
  const entries = new Map<string, KnownEras>();
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return entries;
  }
  for (const [fingerprint, eras] of Object.entries(asObject(serversIn(text)) ?? {})) {
    const { legacy, modern } = asObject(eras) ?? {};
    entries.set(fingerprint, {
      ...(typeof legacy === 'boolean' ? { legacy } : {}),
      ...(typeof modern === 'boolean' ? { modern } : {}),
    });
  }
  return entries;
}

function serversIn(text: string): unknown {
  try {
    return asObject(JSON.parse(text))?.servers;
  } catch {
    return undefined;
  }
}
