import type { ListKind } from '../facts.ts';
import type { Backend, Engine, ListChanges, Session } from '../ports.ts';
import { visibleTo } from '../visible.ts';

const DEBOUNCE_MS = 100;
const KINDS: readonly ListKind[] = ['tools', 'prompts', 'resources'];

/** Gathers news that lists have changed, so that a storm of them reaches a client as one. */
export class Changes implements ListChanges {
  readonly #engine: Engine;
  /** What changed since clients were told last, by the backend that offers it. */
  #waiting = new Map<Backend, Set<ListKind>>();
  #timer: NodeJS.Timeout | undefined;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  note(backend: Backend, kind: ListKind): void {
    const kinds = this.#waiting.get(backend);
    if (kinds === undefined) this.#waiting.set(backend, new Set([kind]));
    else kinds.add(kind);
    this.#timer ??= setTimeout(() => this.#engine.turn.run(() => this.#tell()), DEBOUNCE_MS).unref();
  }

  everything(backend: Backend): void {
    for (const kind of KINDS) {
      if (backend.facts === undefined || backend.facts.capabilities[kind] !== undefined) this.note(backend, kind);
    }
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  /** Each client hears of the backends it works with, and of each kind once. */
  #tell(): void {
    this.#timer = undefined;
    const changed = this.#waiting;
    this.#waiting = new Map();
    for (const session of this.#engine.sessions) {
      const kinds = new Set(visibleTo(session).flatMap((backend) => [...(changed.get(backend) ?? [])]));
      for (const kind of KINDS) if (kinds.has(kind)) tell(session, kind);
    }
  }
}

function tell(session: Session, kind: ListKind): void {
  if (session.era === 'modern') session.listens.listChanged(kind);
  else if (session.initialized) session.notify(`notifications/${kind}/list_changed`, undefined);
}
