import type { ObtainedCredentials } from '../../lib/model/obtained-credentials.ts';
import { endpoint, issuerOf, resourceOf, serverOf } from './discovery.ts';
import type { ResourceMetadata } from './metadata.ts';
import type { Ground } from './places.ts';
import type { TokenEndpoint } from './token-endpoint.ts';

/** Where tokens for a backend come from, and what they are asked for. */
export interface Known {
  readonly endpoint: TokenEndpoint;
  /** What the backend is called there (RFC 8707). */
  readonly resource: string;
  readonly scopes: readonly string[];
}

/** Metadata hold for an hour; a server that moves its endpoints is found again then. */
const KNOWN_MS = 60 * 60_000;

/** Finds the token endpoint for a backend once, and again from time to time or when the backend says that it has moved. */
export class ServerKnown {
  readonly #config: ObtainedCredentials;
  readonly #ground: Ground;
  readonly #now: () => number;
  #known: Promise<Known> | undefined;
  #untilMs = 0;

  constructor(config: ObtainedCredentials, ground: Ground, now: () => number) {
    this.#config = config;
    this.#ground = ground;
    this.#now = now;
  }

  /** Rejects with an `AuthorizationFault`; the next who asks then tries again. */
  known(): Promise<Known> {
    if (this.#known === undefined || this.#now() >= this.#untilMs) this.#keep(this.#found(undefined));
    return this.#known!;
  }

  /** The backend has said anew what it is. Rejects where it believes another authorization server than we may use. */
  async noteResource(resource: ResourceMetadata): Promise<void> {
    if (this.#config.tokenUrl !== undefined) return;
    issuerOf(this.#ground, resource);
    this.#keep(this.#found(resource));
    await this.#known;
  }

  #keep(known: Promise<Known>): void {
    this.#known = known;
    this.#untilMs = this.#now() + KNOWN_MS;
    known.catch(() => {
      if (this.#known === known) this.#known = undefined;
    });
  }

  async #found(told: ResourceMetadata | undefined): Promise<Known> {
    const { tokenUrl, issuer, resource, scopes } = this.#config;
    const { backend, allowPrivate } = this.#ground;
    const own = resource ?? canonical(backend);
    if (tokenUrl !== undefined) {
      const at = { url: new URL(tokenUrl), issuer: issuer ?? tokenUrl, clientProofs: undefined, allowPrivate };
      return { endpoint: at, resource: own, scopes: scopes ?? [] };
    }
    const said = told ?? (await resourceOf(this.#ground, undefined));
    const server = await serverOf(issuerOf(this.#ground, said), this.#ground);
    return {
      endpoint: {
        url: endpoint(server.tokenEndpoint, 'token endpoint', this.#ground),
        issuer: server.issuer,
        clientProofs: server.clientProofs,
        allowPrivate,
      },
      resource: resource ?? said?.resource ?? own,
      scopes: scopes ?? said?.scopes ?? [],
    };
  }
}

/** The URL of a backend as its name (2025-11-25, canonical server URI). */
export function canonical(backend: URL): string {
  return backend.pathname === '/' && backend.search === '' ? backend.origin : backend.href;
}
