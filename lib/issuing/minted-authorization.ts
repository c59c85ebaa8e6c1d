import type { Authorization, Outgoing, Refusal } from '../model/authorization.ts';
import type { MintConfig } from '../model/credentials.ts';
import type { DpopSigner } from './dpop-signer.ts';
import type { Purpose, TokenMint } from './token-mint.ts';

/** Authorizes each request by a token that was signed for it alone. */
export class MintedAuthorization implements Authorization {
  readonly #mint: TokenMint;
  readonly #purpose: Purpose;
  readonly #signer: DpopSigner | undefined;

  /** With a signer, tokens are bound to its key and each request proves that it has it. */
  constructor(backend: string, config: MintConfig, mint: TokenMint, signer: DpopSigner | undefined) {
    const { audience, ttlMs, scopes } = config;
    this.#purpose = { backend, audience, ttlMs, scopes, jkt: signer?.jkt };
    this.#mint = mint;
    this.#signer = signer;
  }

  headers({ method, url, onBehalf }: Outgoing): readonly string[] {
    const token = this.#mint.tokenFor(onBehalf, this.#purpose);
    if (this.#signer === undefined) return ['Authorization', `Bearer ${token}`];
    return ['Authorization', `DPoP ${token}`, 'DPoP', this.#signer.proof({ method, url, token })];
  }

  /** Only a nonce makes a difference: the next token would say the same as the one that was refused. */
  refused({ url }: Outgoing, { status, dpopNonce }: Refusal): boolean {
    return status === 401 && this.#signer?.learn(url, dpopNonce) === true;
  }

  nonce(url: URL, nonce: string): void {
    this.#signer?.learn(url, nonce);
  }
}
