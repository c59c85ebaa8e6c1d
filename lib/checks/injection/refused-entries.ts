import { createHash } from 'node:crypto';
import type { Resource } from '../../model/call.ts';
import type { Reason } from '../../model/decision.ts';

interface OfBackend {
  /** By a hash of type and id, which a server may make as long as it likes. */
  readonly reasons: Map<string, Reason>;
  /** It had more refused than is remembered: nothing of its prompts and resources may be used any more. */
  flood: Reason | undefined;
}

/** What was refused when it was listed. No server can have anything forgotten by offering more of it, neither of its own nor of another. */
export class RefusedEntries {
  readonly #most: number;
  readonly #byBackend = new Map<string, OfBackend>();

  /** `most` is how many are remembered of one backend. */
  constructor(most: number) {
    this.#most = most;
  }

  get isEmpty(): boolean {
    return this.#byBackend.size === 0;
  }

  reasonFor(resource: Resource): Reason | undefined {
    if (this.#byBackend.size === 0) return undefined;
    const found = this.#byBackend.get(resource.backend);
    if (found === undefined) return undefined;
    const flood = resource.type === 'prompt' || resource.type === 'resource' ? found.flood : undefined;
    return found.reasons.get(keyOf(resource)) ?? flood;
  }

  refuse(resource: Resource, reason: Reason): void {
    const found = this.#byBackend.get(resource.backend) ?? { reasons: new Map(), flood: undefined };
    this.#byBackend.set(resource.backend, found);
    if (found.reasons.size < this.#most) found.reasons.set(keyOf(resource), reason);
    else found.flood = reason;
  }

  /** The server says something else of it now. */
  forgive(resource: Resource): void {
    const found = this.#byBackend.get(resource.backend);
    if (found?.reasons.delete(keyOf(resource)) !== true) return;
    if (found.reasons.size === 0 && found.flood === undefined) this.#byBackend.delete(resource.backend);
  }
}

function keyOf({ type, id }: Resource): string {
  return createHash('sha256').update(type).update(' ').update(id).digest('base64');
}
