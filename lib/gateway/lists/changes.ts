import type { ListKind } from '../facts.ts';
import type { Backend, Engine, ListChanges } from '../ports.ts';

const DEBOUNCE_MS = 100;
const KINDS: readonly ListKind[] = ['tools', 'prompts', 'resources'];

/** Gathers news that lists have changed, so that a storm of them reaches a client as one. */
export class Changes implements ListChanges {
  readonly #engine: Engine;
  readonly #waiting = new Set<ListKind>();
  #timer: NodeJS.Timeout | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  /** A list of some backend is not what it was. */
  note(kind: ListKind): void {
    this.#waiting.add(kind);
    this.#timer ??= setTimeout(() => this.#engine.turn.run(() => this.#tell()), DEBOUNCE_MS).unref();
  }

  /** All lists of `backend` may have changed: it was restarted, or the policy was. */
  everything(backend: Backend): void {
    for (const kind of KINDS) {
      if (backend.facts === undefined || backend.facts.capabilities[kind] !== undefined) this.note(kind);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #tell(): void {
    this.#timer = undefined;
    const kinds = [...this.#waiting];
    this.#waiting.clear();
    for (const session of this.#engine.sessions) {
      for (const kind of kinds) {
        if (session.era === 'modern') session.listens.listChanged(kind);
        else if (session.initialized) session.notify(`notifications/${kind}/list_changed`, undefined);
      }
    }
  }
}
