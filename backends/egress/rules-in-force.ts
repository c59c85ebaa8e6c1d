import type { EgressRules, EgressVerdict } from '../../lib/model/egress.ts';

/** The rules of one backend, which others may take the place of while it runs. */
export class RulesInForce implements EgressRules {
  #rules: EgressRules;
  readonly #watchers = new Set<() => void>();

  constructor(rules: EgressRules) {
    this.#rules = rules;
  }

  destination(host: string, port: number): EgressVerdict {
    return this.#rules.destination(host, port);
  }

  address(host: string, port: number, address: string): EgressVerdict {
    return this.#rules.address(host, port, address);
  }

  replace(rules: EgressRules): void {
    this.#rules = rules;
    for (const changed of this.#watchers) changed();
  }

  watch(changed: () => void): () => void {
    this.#watchers.add(changed);
    return () => this.#watchers.delete(changed);
  }
}
