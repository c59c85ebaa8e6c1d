import { ConfigError } from '../../lib/config/problems.ts';
import type { TokenMint } from '../../lib/issuing/token-mint.ts';
import type { Authorization } from '../../lib/model/authorization.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { BackendConfig, Config } from '../../lib/model/config.ts';

export interface AuthorizationGround {
  readonly clock: Clock;
  readonly stateDir: string;
  /** From now on these are masked wherever something is printed. */
  learn(secrets: readonly string[]): void;
}

/** What a token lives that says to an authorization server who calls; it is given away at once. */
const SUBJECT_TTL_MS = 60_000;

/** How requests to backends elsewhere are authorized. Nothing is loaded where `headers` are all they are sent. */
export class Authorizations {
  /** By backend: all who reach it do so with one key of ours. */
  readonly #byBackend: ReadonlyMap<string, Authorization>;

  private constructor(byBackend: ReadonlyMap<string, Authorization>) {
    this.#byBackend = byBackend;
  }

  /** For the backends of a start. Throws a `ConfigError` where tokens are to be made and cannot be. */
  static async open(config: Config, ground: AuthorizationGround): Promise<Authorizations> {
    const modes = new Set(config.backends.map(({ credentials }) => credentials.authorization?.mode));
    const signs = modes.has('mint') || modes.has('exchange');
    const mint = signs ? await openMint(config, ground.clock) : undefined;
    const makers = await Promise.all([
      mint && minting(mint, ground),
      obtains(modes) ? obtaining(mint, ground) : undefined,
    ]);
    const all = config.backends.flatMap((backend) => {
      const made = makers.map((make) => make?.(backend)).find((one) => one !== undefined);
      return made === undefined ? [] : [[backend.name, made] as const];
    });
    return new Authorizations(new Map(all));
  }

  /** Undefined where nothing is made for single requests. */
  of({ name, credentials }: BackendConfig): Authorization | undefined {
    if (credentials.authorization === undefined) return undefined;
    const known = this.#byBackend.get(name);
    if (known === undefined) throw new Error(`nothing was prepared to authorize requests to ${name}`);
    return known;
  }
}

/** Undefined for a backend whose requests are authorized in another way. */
type Make = (backend: BackendConfig) => Authorization | undefined;

async function minting(mint: TokenMint, { clock }: AuthorizationGround): Promise<Make> {
  const [{ MintedAuthorization }, { DpopSigner }] = await Promise.all([
    import('../../lib/issuing/minted-authorization.ts'),
    import('../../lib/issuing/dpop-signer.ts'),
  ]);
  return ({ name, credentials: { authorization } }) =>
    authorization?.mode === 'mint'
      ? new MintedAuthorization(name, authorization, mint, authorization.dpop ? new DpopSigner(clock) : undefined)
      : undefined;
}

async function obtaining(mint: TokenMint | undefined, ground: AuthorizationGround): Promise<Make> {
  const { openObtained } = await import('../../backends/authorization/open.ts');
  return (backend) => {
    const { mode } = backend.credentials.authorization ?? { mode: 'mint' };
    if (mode === 'mint') return undefined;
    return openObtained(backend, {
      ...ground,
      environment: process.env,
      // What is got in exchange is used for all that they do there, so it must not speak of the call that came first.
      subjectToken: ({ identity }, audience) =>
        mint!.tokenFor({ identity }, { backend: backend.name, audience, ttlMs: SUBJECT_TTL_MS, scopes: [] }),
    });
  };
}

function obtains(modes: ReadonlySet<string | undefined>): boolean {
  return modes.has('client_credentials') || modes.has('exchange') || modes.has('oauth') || modes.has('jwt_bearer');
}

/** What signs tokens of our own, with the key of the config, made at the first use. Throws a `ConfigError`. */
export async function openMint({ tokens }: Config, clock: Clock): Promise<TokenMint> {
  const [{ TokenMint }, { SigningKeyFile }] = await Promise.all([
    import('../../lib/issuing/token-mint.ts'),
    import('../../backends/issuing/signing-key-file.ts'),
  ]);
  const file = new SigningKeyFile(tokens.keyFile, clock);
  orKeyFault(tokens.keyFile, () => file.signingKey());
  return new TokenMint(tokens.issuer, () => file.signingKey(), clock);
}

/** Does something with the file of our keys. Throws a `ConfigError` where that fails. */
export function orKeyFault<T>(path: string, work: (path: string) => T): T {
  try {
    return work(path);
  } catch (error) {
    const message = `the file of signing keys ${(error as Error).message}`;
    throw new ConfigError([{ code: 'SP2016', severity: 'error', message, where: path }]);
  }
}
