import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readdirSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type ApprovalStore, type LeftRequest, MemoryStore } from '../../lib/approvals/store.ts';
import { ownKeyFile } from '../../lib/model/key-file.ts';
import type { Log } from '../../lib/model/log.ts';
import { ownFolder } from '../../lib/model/own-folder.ts';
import { placeFile } from '../../lib/model/placed-file.ts';
import { processRuns } from '../../lib/model/process-runs.ts';
import { startTimeOf } from '../process-table.ts';

const KEY_BYTES = 32;
const GRANT = /^(once|like|given)-[0-9a-f]{24}-[0-9a-f]{18}\.grant$/;
const PENDING = /^([2-9A-Z]{4,8})\.(\d+)-(\d+)\.pending$/;
/** Nothing here is of use for longer: grants and requests last for a day at most. */
const OLD_MS = 48 * 3_600_000;
const MOST_BYTES = 256 * 1024;

/** Whether anything was ever kept below `stateDir`. */
export function hasApprovalFiles(stateDir: string): boolean {
  return existsSync(join(stateDir, 'approvals', 'key'));
}

/** The key and the store of approvals below `stateDir`; in memory, with a word in the log, where nothing can be kept. */
export function openApprovalFiles(stateDir: string, log: Log): { readonly key: Buffer; readonly store: ApprovalStore } {
  const dir = join(stateDir, 'approvals');
  try {
    ownFolder(dir);
    const key = keyIn(join(dir, 'key'));
    return { key, store: new ApprovalFiles(dir, log) };
  } catch (error) {
    log.write('warn', 'approvals_not_kept', { why: (error as Error).message });
    return { key: randomBytes(KEY_BYTES), store: new MemoryStore() };
  }
}

function keyIn(path: string): Buffer {
  const text = ownKeyFile(path, () => `${randomBytes(KEY_BYTES).toString('base64url')}\n`).trim();
  const key = Buffer.from(text, 'base64url');
  if (key.length !== KEY_BYTES || key.toString('base64url') !== text) throw new Error(`${path} holds no key`);
  return key;
}

/**
 * Grants and requests as files in a folder that processes share. A grant is used up by giving its file a second name that
 * only one process can make, and that stays: a copy put back later is known by it.
 */
class ApprovalFiles implements ApprovalStore {
  readonly #dir: string;
  readonly #log: Log;
  readonly #memory = new MemoryStore();
  readonly #mine = `${process.pid}-${(startTimeOf(process.pid) ?? '0').replace(/\D/g, '') || '0'}`;
  #failed = false;

  constructor(dir: string, log: Log) {
    this.#dir = dir;
    this.#log = log;
    this.#clean();
  }

  grants(prefix: string): readonly string[] {
    const kept = this.#names()
      .filter((name) => name.startsWith(prefix) && GRANT.test(name))
      .map((name) => name.slice(0, -'.grant'.length));
    return [...kept, ...this.#memory.grants(prefix)];
  }

  keepGrant(name: string, text: string): void {
    this.#place(this.#grantPath(name), text, () => this.#memory.keepGrant(name, text));
  }

  grant(name: string): string | undefined {
    return this.#memory.grant(name) ?? this.#read(this.#grantPath(name));
  }

  useUp(name: string): boolean {
    if (this.#memory.useUp(name)) return true;
    const path = this.#grantPath(name);
    try {
      linkSync(path, join(this.#dir, `${name}.used`));
      rmSync(path, { force: true });
      return true;
    } catch {
      // Somebody else was faster, or it cannot be told that nobody will be: either way it is not ours to use.
      return false;
    }
  }

  dropGrant(name: string): void {
    this.#memory.dropGrant(name);
    this.#remove(this.#grantPath(name));
  }

  keepPending(id: string, text: string): void {
    this.#place(this.#pendingPath(id, this.#mine), text, () => {});
  }

  dropPending(id: string): void {
    this.#remove(this.#pendingPath(id, this.#mine));
  }

  left(): readonly LeftRequest[] {
    return this.#names().flatMap((name) => {
      const [, id, pid, started] = PENDING.exec(name) ?? [];
      if (id === undefined || isAlive(Number(pid), started!)) return [];
      const path = join(this.#dir, name);
      const text = this.#read(path);
      return text === undefined ? [] : [{ id, text, take: () => this.#take(path, id) }];
    });
  }

  #take(path: string, id: string): boolean {
    try {
      renameSync(path, this.#pendingPath(id, this.#mine));
      return true;
    } catch {
      return false;
    }
  }

  #grantPath(name: string): string {
    return join(this.#dir, `${name}.grant`);
  }

  #pendingPath(id: string, owner: string): string {
    return join(this.#dir, `${id}.${owner}.pending`);
  }

  #names(): readonly string[] {
    try {
      return readdirSync(this.#dir);
    } catch {
      return [];
    }
  }

  #read(path: string): string | undefined {
    try {
      return statSync(path).size > MOST_BYTES ? undefined : readFileSync(path, 'utf8');
    } catch {
      return undefined;
    }
  }

  #place(path: string, text: string, otherwise: () => void): void {
    try {
      placeFile(path, text);
    } catch (error) {
      otherwise();
      if (!this.#failed) this.#log.write('warn', 'approvals_not_kept', { why: (error as Error).message });
      this.#failed = true;
    }
  }

  #remove(path: string): void {
    try {
      rmSync(path, { force: true });
    } catch {
      // What cannot be taken away is of no use to anybody: it is signed, and runs out.
    }
  }

  #clean(): void {
    const before = Date.now() - OLD_MS;
    for (const name of this.#names()) {
      if (name === 'key') continue;
      const path = join(this.#dir, name);
      const stat = statSync(path, { throwIfNoEntry: false });
      if (stat?.isFile() === true && stat.mtimeMs < before) this.#remove(path);
    }
  }
}

/** Whether the process that had a request still runs; another one may have its number by now. */
function isAlive(pid: number, started: string): boolean {
  if (!processRuns(pid)) return false;
  const now = startTimeOf(pid)?.replace(/\D/g, '');
  return now === undefined || started === '0' || now === started;
}
