import { createMask, type Mask } from '../lib/model/mask.ts';

/** Every secret any config of this run has held: one that was replaced is still one. */
export class KnownSecrets {
  readonly #all: Set<string>;
  #known: Mask;

  constructor(secrets: readonly string[]) {
    this.#all = new Set(secrets);
    this.#known = createMask(secrets);
  }

  readonly mask: Mask = (text) => this.#known(text);

  learn(secrets: readonly string[]): void {
    for (const secret of secrets) this.#all.add(secret);
    this.#known = createMask([...this.#all]);
  }
}
