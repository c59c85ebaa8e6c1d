import type { BackendConfig } from '../../lib/model/config.ts';
import type { CredentialVariable } from '../../lib/model/credentials.ts';
import type { Given } from './given.ts';
import { obtain } from './obtain.ts';

export interface ProvisionGround {
  /** Our own environment. */
  readonly environment: NodeJS.ProcessEnv;
  /** From now on these are masked wherever something is printed. */
  learn(secrets: readonly string[]): void;
}

/** Obtains the secrets of backends, anew for every start. */
export class Provision {
  readonly #ground: ProvisionGround;

  constructor(ground: ProvisionGround) {
    this.#ground = ground;
  }

  /** What one start is given. Rejects with a `CredentialFault` when one of its secrets cannot be had. */
  async forStart({ credentials: { inject, variables } }: BackendConfig): Promise<Given> {
    const secrets = await Promise.all(variables.map((variable) => this.#obtained(variable)));
    if (inject === 'env' || variables.length === 0) {
      return {
        variables: Object.fromEntries(variables.map(({ name }, at) => [name, secrets[at]!])),
        heldBack: undefined,
      };
    }
    const { holdBack } = await import('./hold-back.ts');
    return holdBack(variables, secrets, this.#ground.environment);
  }

  /** Learned before anybody else has it. */
  async #obtained(variable: CredentialVariable): Promise<string> {
    const secret = await obtain(variable, this.#ground.environment);
    this.#ground.learn([secret, encodeURIComponent(secret)]);
    return secret;
  }
}
