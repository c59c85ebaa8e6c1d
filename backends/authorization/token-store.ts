import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { AuthorizationFault } from '../../lib/model/authorization.ts';
import { asObject, type Json } from '../../lib/model/json.ts';
import { ownFolder } from '../../lib/model/own-folder.ts';
import { type HeldLock, LockTaken, takeLock } from '../registry/file-lock.ts';
import { loginNeeded } from './fault.ts';
import { type Token, tokenFrom } from './token.ts';

/** What a login left behind: all of it belongs to one backend and one authorization server. */
export interface Login {
  /** Where the backend was; a config that leads elsewhere since gets none of it. */
  readonly backend: string;
  readonly issuer: string;
  readonly resource: string;
  readonly tokenEndpoint: string;
  readonly revocationEndpoint: string | undefined;
  readonly clientProofs: readonly string[] | undefined;
  readonly clientId: string;
  /** Of a client that registered itself; that of the config stays in the config. */
  readonly clientSecret: string | undefined;
  readonly clientMethod: string | undefined;
  readonly redirectUri: string | undefined;
  /** What the tokens are bound to: a private key as JWK. */
  readonly key: Json | undefined;
  /** Undefined after a logout, or once they are worth nothing. */
  readonly token: Token | undefined;
  /** Scopes to ask for at the next login, because the backend wanted more. */
  readonly scopes: readonly string[];
}

const MOST_BYTES = 256 * 1024;
const OTHERS = 0o077;
/** Longer than a token endpoint may take. */
const PATIENCE_MS = 40_000;

/**
 * The login at one backend: a file that only its owner can read, written whole or not at all. Whoever changes it holds the
 * lock, over all processes, and reads it again then.
 */
export class TokenStore {
  readonly #folder: string;
  readonly #path: string;
  readonly #backend: string;
  readonly #name: string;

  /** `name` is the backend's, `url` where it is. */
  constructor(stateDir: string, name: string, url: string) {
    this.#folder = join(stateDir, 'logins');
    const digest = createHash('sha256').update(`${name}\0${url}`).digest('hex').slice(0, 16);
    this.#path = join(this.#folder, `${name}-${digest}.json`);
    this.#backend = url;
    this.#name = name;
  }

  /** Undefined where nobody has logged in. Throws for a file that others can read or that is none of ours. */
  async read(): Promise<Login | undefined> {
    const file = await open(this.#path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0)).catch((error) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw this.#fault(`the login in ${this.#path} cannot be read (${(error as NodeJS.ErrnoException).code})`);
    });
    if (file === undefined) return undefined;
    try {
      const stats = await file.stat();
      const isOurs = process.getuid === undefined || stats.uid === process.getuid();
      const isOpen = process.platform !== 'win32' && (stats.mode & OTHERS) !== 0;
      if (!stats.isFile() || !isOurs || isOpen) throw this.#fault(`others could read the login in ${this.#path}`);
      const login = stats.size > MOST_BYTES ? undefined : loginIn(await file.readFile('utf8'));
      return login?.backend === this.#backend ? login : undefined;
    } finally {
      await file.close();
    }
  }

  /** Only for a caller that holds the lock. */
  async write(login: Login): Promise<void> {
    await this.#ready();
    const draft = `${this.#path}.${process.pid}.${randomBytes(4).toString('hex')}`;
    try {
      const file = await open(draft, 'wx', 0o600);
      try {
        await file.writeFile(JSON.stringify(login));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(draft, this.#path);
    } finally {
      await rm(draft, { force: true });
    }
  }

  /** Only for a caller that holds the lock. */
  async remove(): Promise<void> {
    await rm(this.#path, { force: true });
  }

  /** Waits for whoever holds it; rejects when that takes longer than any server may. */
  async lock(): Promise<HeldLock> {
    await this.#ready();
    try {
      return await takeLock(`${this.#path}.lock`, PATIENCE_MS);
    } catch (error) {
      if (!(error instanceof LockTaken)) throw error;
      throw new AuthorizationFault('another process is busy with the login', 'try again');
    }
  }

  #fault(why: string): AuthorizationFault {
    return loginNeeded(this.#name, why);
  }

  async #ready(): Promise<void> {
    ownFolder(this.#folder);
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
  }
}

function loginIn(written: string): Login | undefined {
  let said: Json | undefined;
  try {
    said = asObject(JSON.parse(written));
  } catch {
    return undefined;
  }
  const { backend, issuer, resource, tokenEndpoint, clientId, scopes, clientProofs } = said ?? {};
  const texts = [backend, issuer, resource, tokenEndpoint, clientId];
  if (!texts.every((one) => typeof one === 'string') || !URL.canParse(tokenEndpoint as string)) return undefined;
  const text = (name: string) => (typeof said![name] === 'string' ? (said![name] as string) : undefined);
  return {
    backend: backend as string,
    issuer: issuer as string,
    resource: resource as string,
    tokenEndpoint: tokenEndpoint as string,
    revocationEndpoint: text('revocationEndpoint'),
    clientProofs: Array.isArray(clientProofs) ? clientProofs.filter((one) => typeof one === 'string') : undefined,
    clientId: clientId as string,
    clientSecret: text('clientSecret'),
    clientMethod: text('clientMethod'),
    redirectUri: text('redirectUri'),
    key: asObject(said!['key']),
    token: tokenFrom(said!['token']),
    scopes: Array.isArray(scopes) ? scopes.filter((one) => typeof one === 'string') : [],
  };
}
