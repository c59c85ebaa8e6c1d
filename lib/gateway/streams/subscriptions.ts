import type { Answer } from '../../model/call.ts';
import { Payload } from '../../wire/payload.ts';
import type { Asking, Backend, Session, Subscriptions } from '../ports.ts';
import type { Question, Sent } from '../question.ts';

const EMPTY: Answer = { ok: true, body: Payload.of('{}') };

/**
 * Resources a legacy client is subscribed to. Upstream there is one subscription per backend and URI however
 * many sessions share it: the first opens it, the last one closes it.
 */
export class ResourceSubscriptions implements Subscriptions {
  readonly #session: Session;
  readonly #uris = new Map<Backend, Set<string>>();

  constructor(session: Session) {
    this.#session = session;
  }

  /** Carries out a `resources/subscribe` or `unsubscribe` for the backend's own `uri`. */
  ask(backend: Backend, uri: string, asking: Asking, question: Question, done: (answer: Answer) => void): Sent {
    const subscribes = question.call.action === 'resources/subscribe';
    if (this.#elsewhere(backend, uri)) {
      this.#note(backend, uri, subscribes);
      done(EMPTY);
      return { cancel: () => {}, withdraw: () => {} };
    }
    return backend.request(asking, (answer) => {
      if (answer !== 'cancelled' && !('loss' in answer) && answer.ok) this.#note(backend, uri, subscribes);
      done(answer);
    });
  }

  /** Whether an update of `uri`, which may lie below a subscribed one, is for this session. */
  wants(backend: Backend, uri: string): boolean {
    for (const subscribed of this.#uris.get(backend) ?? []) {
      if (uri === subscribed || uri.startsWith(subscribed.endsWith('/') ? subscribed : `${subscribed}/`)) return true;
    }
    return false;
  }

  has(backend: Backend, uri: string): boolean {
    return this.#uris.get(backend)?.has(uri) === true;
  }

  /** The client is gone: whatever nobody else wants is given up. */
  end(backend: Backend): void {
    const uris = this.#uris.get(backend) ?? [];
    this.#uris.delete(backend);
    for (const uri of uris) {
      if (this.#elsewhere(backend, uri)) continue;
      const params = Payload.of(JSON.stringify({ uri }));
      backend.request({ id: backend.nextId(), method: 'resources/unsubscribe', params, session: undefined }, () => {});
    }
  }

  /** Subscribes anew after the backend was restarted and has forgotten. */
  renew(backend: Backend): void {
    for (const uri of this.#uris.get(backend) ?? []) {
      const params = Payload.of(JSON.stringify({ uri }));
      const id = backend.nextId();
      backend.request({ id, method: 'resources/subscribe', params, session: undefined }, () => {});
    }
  }

  #note(backend: Backend, uri: string, subscribed: boolean): void {
    const uris = this.#uris.get(backend) ?? new Set();
    this.#uris.set(backend, uris);
    if (subscribed) uris.add(uri);
    else uris.delete(uri);
  }

  #elsewhere(backend: Backend, uri: string): boolean {
    for (const other of backend.sessions) {
      if (other !== this.#session && other.subscriptions.has(backend, uri)) return true;
    }
    return false;
  }
}
