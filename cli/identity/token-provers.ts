import { Introspector } from '../../backends/identity/introspector.ts';
import { FixedKeys, KeyFile, publicKeys, secretKey, withoutLineEnd } from '../../backends/identity/key-file.ts';
import { KeyUrl } from '../../backends/identity/key-url.ts';
import { ConfigError } from '../../lib/config/problems.ts';
import type { ClockWatch } from '../../lib/identity/clock-watch.ts';
import type { Prover } from '../../lib/identity/proven.ts';
import type { Revocations } from '../../lib/identity/revocations.ts';
import { BelievedIssuer } from '../../lib/identity/tokens/believed-issuer.ts';
import type { Keys } from '../../lib/identity/tokens/key-set.ts';
import { type Introspect, OpaqueTokens } from '../../lib/identity/tokens/opaque-tokens.ts';
import { SignedTokens } from '../../lib/identity/tokens/signed-tokens.ts';
import type { AuthConfig, TokenIssuer } from '../../lib/model/auth-config.ts';
import type { IdentityGround } from './ground.ts';

export interface TokenGround extends IdentityGround {
  readonly watch: ClockWatch;
  readonly revocations: Revocations;
}

/** Provers by tokens. Keys that were had, and connections, outlive a config that names the same ones again. */
export class TokenProvers {
  readonly #ground: TokenGround;
  readonly #keys = new Map<string, Keys>();
  readonly #opaque = new Map<string, { readonly prover: OpaqueTokens; readonly introspect: Introspect }>();

  constructor(ground: TokenGround) {
    this.#ground = ground;
  }

  /** Opens what a config names and is not open yet; nobody is asked. Throws a `ConfigError` for files of no use. */
  open(auth: AuthConfig): void {
    for (const issuer of auth.issuers) {
      const keys = this.#keysOf(issuer);
      // Who has the config read again expects the same of its files.
      if (keys instanceof KeyFile) keys.reread();
    }
  }

  /** In the order they are asked. Closes what `auth` does not name. */
  of(auth: AuthConfig): readonly Prover[] {
    const { clock, watch, revocations } = this.#ground;
    const issuers = auth.issuers.map((one) => new BelievedIssuer(one, this.#keysOf(one), revocations));
    const signed = issuers.length === 0 ? [] : [new SignedTokens(issuers, clock, watch)];
    const opaque = this.#opaqueOf(auth);
    this.#closeBut(auth);
    // The first request should not have to wait for keys.
    for (const { keys } of issuers) keys.current();
    return opaque === undefined ? signed : [...signed, opaque];
  }

  close(): void {
    for (const keys of this.#keys.values()) keys.close();
    for (const { introspect } of this.#opaque.values()) introspect.close();
  }

  #keysOf(issuer: TokenIssuer): Keys {
    const name = nameOfKeys(issuer);
    const known = this.#keys.get(name) ?? this.#opened(issuer);
    this.#keys.set(name, known);
    return known;
  }

  #opened(issuer: TokenIssuer): Keys {
    const { keys } = issuer;
    const { log } = this.#ground;
    switch (keys.kind) {
      case 'url':
        return new KeyUrl(keys, issuer, this.#ground);
      case 'secret':
        return orFault('`secret`', issuer.issuer, () => new FixedKeys(secretKey(issuer)(Buffer.from(keys.secret))));
      case 'file':
        return orFault(
          `"${keys.path}"`,
          keys.path,
          () => new KeyFile(keys.path, publicKeys(issuer), issuer.issuer, log),
        );
      case 'secret-file':
        return orFault(`"${keys.path}"`, keys.path, () => {
          const read = (content: Buffer) => {
            const secret = withoutLineEnd(content);
            this.#ground.learn([secret.toString('utf8')]);
            return secretKey(issuer)(secret);
          };
          return new KeyFile(keys.path, read, issuer.issuer, log);
        });
    }
  }

  #opaqueOf(auth: AuthConfig): OpaqueTokens | undefined {
    const config = auth.resource?.introspection;
    if (config === undefined) return undefined;
    const name = nameOfIntrospection(auth);
    const known = this.#opaque.get(name);
    if (known !== undefined) return known.prover;
    const { clock, log, revocations } = this.#ground;
    const introspect = new Introspector(config, log);
    const options = { revocations, leavesSigned: auth.issuers.length > 0 };
    const prover = new OpaqueTokens(config, introspect, clock, options);
    this.#opaque.set(name, { prover, introspect });
    return prover;
  }

  #closeBut(auth: AuthConfig): void {
    const used = new Set(auth.issuers.map(nameOfKeys));
    for (const [name, keys] of this.#keys) {
      if (used.has(name)) continue;
      keys.close();
      this.#keys.delete(name);
    }
    for (const [name, { introspect }] of this.#opaque) {
      if (name === nameOfIntrospection(auth)) continue;
      introspect.close();
      this.#opaque.delete(name);
    }
  }
}

/** By what keys are the same under another config. */
function nameOfKeys({ issuer, keys, algorithms, refreshMs, graceMs }: TokenIssuer): string {
  return JSON.stringify([issuer, keys, algorithms, refreshMs, graceMs]);
}

function nameOfIntrospection({ resource, issuers }: AuthConfig): string {
  return JSON.stringify([resource?.introspection, issuers.length > 0]);
}

function orFault<T>(what: string, where: string, open: () => T): T {
  try {
    return open();
  } catch (error) {
    const message = `${what} ${(error as Error).message}`;
    throw new ConfigError([{ code: 'SP2012', severity: 'error', message, where }]);
  }
}
