import { asObject, type Json } from '../model/json.ts';
import type { Identity } from '../model/principal.ts';
import type { Revocations } from './revocations.ts';

/** One line of what was taken back: a token by its issuer and `jti` or digest, a key by its hash, or all of a client. */
export type Revocation =
  | { readonly issuer: string; readonly id: string }
  | { readonly key: string }
  | { readonly client: string; readonly issuer?: string };

/** What is kept with it, for people. */
export interface RevocationNote {
  /** When it was taken back. */
  readonly at: string;
  /** From when on it would count for nothing anyway. */
  readonly until?: string;
  readonly reason?: string;
}

const MOST_ENTRIES = 100_000;
const MEMBERS = new Set(['issuer', 'id', 'key', 'client', 'at', 'until', 'reason']);

/** What was taken back, as its file has it. */
export class Revoked implements Revocations {
  readonly #tokens = new Set<string>();
  readonly #keys = new Set<string>();
  readonly #clients = new Set<string>();

  constructor(entries: readonly Revocation[]) {
    for (const entry of entries) {
      if ('key' in entry) this.#keys.add(entry.key);
      else if ('client' in entry) this.#clients.add(JSON.stringify([entry.issuer ?? null, entry.client]));
      else this.#tokens.add(JSON.stringify([entry.issuer, entry.id]));
    }
  }

  has(issuer: string, what: string): boolean {
    return this.#tokens.size > 0 && this.#tokens.has(JSON.stringify([issuer, what]));
  }

  /** Whether the key of this hash was taken back. */
  hasKey(hash: string): boolean {
    return this.#keys.has(hash);
  }

  /** Whether everything of a client was, of this issuer or of all. */
  hasClientOf({ issuer, clientId }: Pick<Identity, 'issuer' | 'clientId'>): boolean {
    if (this.#clients.size === 0) return false;
    const named = (by: string | null) => this.#clients.has(JSON.stringify([by, clientId]));
    return named(null) || (issuer !== undefined && named(issuer));
  }
}

/** The lines of a file. Throws for anything that is not just that: something taken back must not count because of a slip. */
export function readRevocations(text: string): (Revocation & RevocationNote)[] {
  const file = asObject(JSON.parse(text));
  if (file?.['version'] !== 1 || !Array.isArray(file['revoked']))
    throw new Error('is not `{"version": 1, "revoked": […]}`');
  const entries: unknown[] = file['revoked'];
  if (entries.length > MOST_ENTRIES) throw new Error(`has more than ${MOST_ENTRIES} entries`);
  for (const [index, entry] of entries.entries()) {
    if (!isRevocation(asObject(entry))) throw new Error(`has an entry nobody can read, number ${index + 1}`);
  }
  return entries as (Revocation & RevocationNote)[];
}

function isRevocation(entry: Json | undefined): boolean {
  if (entry === undefined || !Object.entries(entry).every(([name, value]) => MEMBERS.has(name) && isText(value)))
    return false;
  const { issuer, id, key, client } = entry;
  if (key !== undefined) return id === undefined && client === undefined && issuer === undefined;
  return client !== undefined ? id === undefined : issuer !== undefined && id !== undefined;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= 4096;
}
