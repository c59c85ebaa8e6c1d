import { createHash } from 'node:crypto';
import type { Resource } from '../model/call.ts';

/** Turns a backend's own names into the ones a client sees. */
export interface Naming {
  /** Whether the backend's name stands in front; so with more than one configured backend. */
  readonly prefix: boolean;
  /** Most characters of an exposed name, the prefix included. */
  readonly maxLength: number;
}

const TAIL_LENGTH = 7;

/**
 * The name clients see for `name` of `backend`. Only `[A-Za-z0-9_-]` is used, since model interfaces take
 * nothing else; a name that had to be cut or respelt ends in six hex digits of its hash, always the same.
 */
export function exposedName(backend: string, name: string, naming: Naming): string {
  if (!naming.prefix) return name;
  const plain = `${backend}__${name.replace(/[^A-Za-z0-9_-]/g, '_')}`;
  if (plain.length <= naming.maxLength && plain === `${backend}__${name}`) return plain;
  const hash = createHash('sha256')
    .update(`${backend}/${name}`)
    .digest('hex')
    .slice(0, TAIL_LENGTH - 1);
  return `${plain.slice(0, naming.maxLength - TAIL_LENGTH)}_${hash}`;
}

/** What an exposed name stands for. */
export interface NameEntry {
  readonly name: string;
  /** The same object for every call, so that what is said of it can be kept. */
  readonly resource: Resource;
}

/** Exposed names of one type of one backend. Names are looked up here, never taken apart. */
export class NameTable {
  readonly #backend: string;
  readonly #type: 'tool' | 'prompt';
  readonly #entries = new Map<string, NameEntry>();

  constructor(backend: string, type: 'tool' | 'prompt') {
    this.#backend = backend;
    this.#type = type;
  }

  /** Notes a name; false when another one has the same exposed form already. */
  add(exposed: string, name: string): boolean {
    const known = this.#entries.get(exposed);
    if (known !== undefined) return known.name === name;
    this.#entries.set(exposed, { name, resource: { backend: this.#backend, type: this.#type, id: name } });
    return true;
  }

  find(exposed: string): NameEntry | undefined {
    return this.#entries.get(exposed);
  }

  /** Forgets every name that `keep` does not hold. */
  retain(keep: ReadonlySet<string>): void {
    for (const [exposed, entry] of this.#entries) if (!keep.has(entry.name)) this.#entries.delete(exposed);
  }
}
