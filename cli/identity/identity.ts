import type { RevocationFile } from '../../backends/identity/revocation-file.ts';
import { ConfigError } from '../../lib/config/problems.ts';
import { Certificates } from '../../lib/identity/certificates.ts';
import type { ClockWatch } from '../../lib/identity/clock-watch.ts';
import { KeyRing } from '../../lib/identity/key-ring.ts';
import type { Prover } from '../../lib/identity/proven.ts';
import type { Revocations } from '../../lib/identity/revocations.ts';
import { Unrevoked } from '../../lib/identity/unrevoked.ts';
import { type AuthConfig, asksForProof } from '../../lib/model/auth-config.ts';
import type { IdentityGround } from './ground.ts';
import type { TokenProvers } from './token-provers.ts';

/** The ways to prove who one is, by the config in force. Each kind is loaded with the first config that needs it. */
export class Identities {
  readonly #ground: IdentityGround;
  /** Asks the file of the config in force, for provers that outlive it. */
  readonly #revocations: Revocations = { has: (issuer, what) => this.#revoked?.has(issuer, what) ?? false };
  readonly #files = new Map<string, RevocationFile>();
  #revoked: RevocationFile | undefined;
  #tokens: TokenProvers | undefined;
  #watch: ClockWatch | undefined;

  constructor(ground: IdentityGround) {
    this.#ground = ground;
  }

  /** Loads and opens what a config needs, before it is put in force. Throws a `ConfigError` for what cannot be opened. */
  async prepare(auth: AuthConfig): Promise<void> {
    if (!asksForProof(auth)) return;
    if (auth.revocations !== undefined) await this.#openRevocations(auth.revocations);
    if (auth.issuers.length === 0 && auth.resource?.introspection === undefined) return;
    this.#watch ??= new (await import('../../lib/identity/clock-watch.ts')).ClockWatch(
      this.#ground.clock,
      this.#ground.log,
    );
    const { TokenProvers } = await import('./token-provers.ts');
    this.#tokens ??= new TokenProvers({ ...this.#ground, watch: this.#watch, revocations: this.#revocations });
    this.#tokens.open(auth);
  }

  /**
   * The ways to prove who one is under a config that was prepared, in the order they are asked; undefined where nobody has
   * to. What only an earlier config needed is closed.
   */
  proversOf(auth: AuthConfig): readonly Prover[] | undefined {
    const tokens = this.#tokens?.of(auth) ?? [];
    if (!asksForProof(auth)) return undefined;
    const { clock } = this.#ground;
    const certificates = auth.certificates.length === 0 ? [] : [new Certificates(auth.certificates, clock)];
    const provers = [new KeyRing(auth.apiKeys, clock), ...tokens, ...certificates];
    this.#revoked = auth.revocations === undefined ? undefined : this.#files.get(auth.revocations);
    const file = this.#revoked;
    return file === undefined ? provers : provers.map((prover) => new Unrevoked(prover, () => file.current()));
  }

  close(): void {
    this.#tokens?.close();
  }

  async #openRevocations(path: string): Promise<void> {
    if (this.#files.has(path)) return;
    const { RevocationFile } = await import('../../backends/identity/revocation-file.ts');
    const { clock, log } = this.#ground;
    try {
      this.#files.set(path, new RevocationFile(path, clock, log));
    } catch (error) {
      const message = `the file of what was taken back ${(error as Error).message}`;
      throw new ConfigError([{ code: 'SP2017', severity: 'error', message, where: path }]);
    }
  }
}
