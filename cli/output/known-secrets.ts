import { findPersonal } from '../../lib/inspect/personal/find-personal.ts';
import { SecretFinder } from '../../lib/inspect/secrets/find-secrets.ts';
import { createMask, MASKED, type Mask } from '../../lib/model/mask.ts';
import { KeywordLook } from './keyword-look.ts';

/** Who somebody is must stay readable where it is evidence. */
const NAMES_SOMEBODY = /^(?:principal|subject|user|by|client|client_id|agent|tenant)$/;

/** Every secret any config of this run has held, since one that was replaced is still one; and whatever looks like one. */
export class KnownSecrets {
  readonly #all: Set<string>;
  readonly #finder = new SecretFinder();
  readonly #look = new KeywordLook();
  readonly #personal: boolean;
  #known: Mask;

  /** `personal`: whether personal data is masked as well. */
  constructor(secrets: readonly string[], { personal = true } = {}) {
    this.#all = new Set(secrets);
    this.#known = createMask(secrets);
    this.#personal = personal;
  }

  readonly mask: Mask = (text, name) => {
    const known = this.#known(text, name);
    const masked = this.#look.isEmpty(known, name) ? known : without(known, this.#finder.find(known, name));
    const isEvidence = name !== undefined && NAMES_SOMEBODY.test(name);
    return this.#personal && !isEvidence ? without(masked, findPersonal(masked)) : masked;
  };

  learn(secrets: readonly string[]): void {
    for (const secret of secrets) this.#all.add(secret);
    this.#known = createMask([...this.#all]);
  }
}

/** For what is printed from a config and a log. */
export function maskFor(secrets: readonly string[], options: { readonly personal?: boolean } = {}): Mask {
  return new KnownSecrets(secrets, options).mask;
}

function without(text: string, found: readonly { readonly start: number; readonly end: number }[]): string {
  if (found.length === 0) return text;
  let kept = '';
  let at = 0;
  for (const { start, end } of found) {
    kept += text.slice(at, start) + MASKED;
    at = end;
  }
  return kept + text.slice(at);
}
