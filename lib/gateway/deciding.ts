import type { Call } from '../model/call.ts';
import { accountOf } from '../model/principal.ts';

/**
 * Calls that are being decided about and were not sent yet. They count as running beside those their backend works on,
 * or any number could pass while the decision about one takes its time.
 */
export class Deciding {
  readonly #calls = new Map<string, Set<string>>();

  enter({ id, resource, principal }: Call): void {
    const key = keyOf(resource.backend, accountOf(principal));
    const calls = this.#calls.get(key);
    if (calls === undefined) this.#calls.set(key, new Set([id]));
    else calls.add(id);
  }

  leave({ id, resource, principal }: Call): void {
    if (this.#calls.size === 0) return;
    const key = keyOf(resource.backend, accountOf(principal));
    const calls = this.#calls.get(key);
    if (calls?.delete(id) === true && calls.size === 0) this.#calls.delete(key);
  }

  /** How many there are besides the one of this `decision`. */
  beside(backend: string, subject: string, decision: string): number {
    if (this.#calls.size === 0) return 0;
    const calls = this.#calls.get(keyOf(backend, subject));
    return calls === undefined ? 0 : calls.size - (calls.has(decision) ? 1 : 0);
  }
}

function keyOf(backend: string, subject: string): string {
  return `${backend} ${subject}`;
}
