import type { IncomingMessage, ServerResponse } from 'node:http';
import { PROOF_ALGORITHMS } from '../identity/dpop/algorithms.ts';
import type { ResourceServerConfig } from '../model/auth-config.ts';
import { canonicalUri } from '../model/canonical-uri.ts';
import { type Identity, scopesOf } from '../model/principal.ts';
import type { ServerConfig } from '../model/server-config.ts';
import { answerEmpty, answerJson } from './answers.ts';
import type { Directions } from './challenge.ts';
import type { SeenUrls } from './seen-url.ts';

export const METADATA_PATH = '/.well-known/oauth-protected-resource';
/** Asks for a token that outlives its user's presence; nothing of ours to ask for (2025-11-25, authorization). */
const NOT_OURS = 'offline_access';
const FRESH = 'private, max-age=300';
/** A header longer than this would be refused by some; what is missing is said all the same. */
const MOST_CHARACTERS = 2048;
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+$/;

/** What this gateway says of itself as a resource server of OAuth (RFC 9728), to clients that do not know it yet. */
export class ProtectedResource {
  readonly #config: ResourceServerConfig;
  readonly #server: ServerConfig;
  readonly #seen: SeenUrls;
  /** Undefined where only the request knows by which name and port it came. */
  readonly #uri: string | undefined;
  readonly #paths: ReadonlySet<string>;
  /** What a token that can do anything has at least. */
  readonly #first: readonly string[];
  readonly #supported: readonly string[];

  constructor(config: ResourceServerConfig, server: ServerConfig, seen: SeenUrls) {
    this.#seen = seen;
    this.#config = config;
    this.#server = server;
    this.#uri = canonicalUri(server);
    const outside = this.#uri === undefined ? [] : [METADATA_PATH + pathOf(this.#uri)];
    this.#paths = new Set([METADATA_PATH, METADATA_PATH + server.path, ...outside]);
    const { scopes, scopeRules } = config;
    this.#supported = ours([...scopes, ...scopeRules.map(({ scope }) => scope)]);
    // With nothing required a client would ask for all there are, so it is pointed to the one the operator wrote first.
    this.#first = ours(scopes.length > 0 ? scopes : scopeRules.slice(0, 1).map(({ scope }) => scope));
  }

  serves(path: string): boolean {
    return this.#paths.has(path);
  }

  /** Answers with the metadata. Nobody has to prove anything to learn how to prove it. */
  answer(request: IncomingMessage, response: ServerResponse): void {
    const { method } = request;
    if (method !== 'GET' && method !== 'HEAD') return answerEmpty(response, 405, { Allow: 'GET, HEAD' });
    const body = Buffer.from(JSON.stringify(this.#document(request)));
    answerJson(response, 200, [body], { 'Cache-Control': FRESH });
  }

  /** Where a client of this request learns the rest. */
  directions(request: IncomingMessage): Directions {
    return this.#towards(request, this.#first);
  }

  /** The same for somebody who needs more than it has, and is not to lose what it has. */
  directionsFor(request: IncomingMessage, identity: Identity, missing: readonly string[]): Directions {
    const held = (scopesOf(identity) ?? []).filter((scope) => SCOPE.test(scope));
    const all = ours([...held, ...missing]);
    return this.#towards(request, all.join(' ').length > MOST_CHARACTERS ? missing : all);
  }

  /** The scopes nobody can do without, and this one does. */
  lacking(identity: Identity): readonly string[] {
    const held = scopesOf(identity);
    return held === undefined ? [] : this.#config.scopes.filter((scope) => !held.includes(scope));
  }

  #towards(request: IncomingMessage, scopes: readonly string[]): Directions {
    const uri = this.#resource(request);
    return { metadata: new URL(uri).origin + METADATA_PATH + pathOf(uri), scopes, dpop: this.#config.dpop };
  }

  #document(request: IncomingMessage): unknown {
    const { authorizationServers, dpop, documentation } = this.#config;
    const isBound = this.#server.tls?.clientCa !== undefined;
    return {
      resource: this.#resource(request),
      authorization_servers: authorizationServers,
      ...(this.#supported.length === 0 ? {} : { scopes_supported: this.#supported }),
      bearer_methods_supported: ['header'],
      resource_name: 'Sallyport',
      ...(documentation === undefined ? {} : { resource_documentation: documentation }),
      ...(dpop === 'off' ? {} : { dpop_signing_alg_values_supported: PROOF_ALGORITHMS }),
      ...(dpop === 'required' ? { dpop_bound_access_tokens_required: true } : {}),
      ...(isBound ? { tls_client_certificate_bound_access_tokens: true } : {}),
    };
  }

  #resource(request: IncomingMessage): string {
    if (this.#uri !== undefined) return this.#uri;
    const seen = this.#seen.toldBy(request) ?? `http://${request.headers.host}`;
    return new URL(seen).origin + this.#server.path;
  }
}

function ours(scopes: readonly string[]): readonly string[] {
  return [...new Set(scopes)].filter((scope) => scope !== NOT_OURS);
}

function pathOf(uri: string): string {
  const { pathname } = new URL(uri);
  return pathname === '/' ? '' : pathname;
}
