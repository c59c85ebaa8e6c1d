import type { Code } from '../../model/codes.ts';
import type { Outage } from '../../model/server.ts';
import { BATCH_REVISION } from '../../protocol/revisions.ts';
import type { Frame } from '../../wire/frame.ts';
import type { Payload } from '../../wire/payload.ts';
import { parseFrame } from '../../wire/reader.ts';
import type { Backend, Engine } from '../ports.ts';
import { askClient } from '../questions/questions.ts';
import type { ServerConversation } from './conversation.ts';
import { deliver } from './notices.ts';
import { UnusableFrames } from './unusable.ts';

/** What a backend sends: each frame goes where it belongs, and too many that belong nowhere end it. */
export class Incoming {
  readonly unusable: UnusableFrames;
  readonly #backend: Backend & { readonly conversation: ServerConversation | undefined };
  readonly #engine: Engine;
  readonly #giveUp: (outage: Outage) => void;
  /** It was down since it was ready last. */
  #wasDown = false;

  constructor(
    backend: Backend & { readonly conversation: ServerConversation | undefined },
    engine: Engine,
    giveUp: (outage: Outage) => void,
  ) {
    this.#backend = backend;
    this.#engine = engine;
    this.#giveUp = giveUp;
    this.unusable = new UnusableFrames(backend.config.name, engine);
  }

  /** It has greeted us and is ready; that it is so again is for the log, as it was that it was not. */
  begun(revision: string): void {
    const { name } = this.#backend;
    this.#engine.log.write('info', 'backend_ready', { backend: name, revision });
    if (this.#wasDown) this.#engine.audit.event('backend_up', { backend: name });
    this.#wasDown = false;
  }

  /** Nothing comes from it any more, though somebody may need it. */
  ended({ code, text }: Outage): void {
    const { name } = this.#backend;
    this.#engine.audit.event('backend_down', { backend: name, code, why: text, ...this.unusable.counts });
    this.#wasDown = true;
  }

  /** `about` is the id of the request on whose answer stream it came, where there are such streams. */
  take(frame: Frame, about?: number): void {
    const { intake } = this.#engine;
    const outer = intake.from(this.#backend.conversation?.flow);
    try {
      this.#take(frame, about);
    } finally {
      intake.from(outer);
    }
  }

  #take(frame: Frame, about?: number): void {
    const { conversation } = this.#backend;
    if (frame.kind === 'reply') {
      if (conversation?.answer(frame) === false)
        this.#noisy('SP8003', 'an answer to nothing that was asked', frame.size);
    } else if (frame.kind === 'notification') deliver(this.#engine, this.#backend, frame, about);
    else if (frame.kind === 'request') askClient(this.#backend, frame, about);
    else if (frame.kind === 'batch') for (const element of frame.elements) this.#element(element);
    else if (conversation?.misanswered(frame)) this.unusable.record(frame.code, frame.detail, frame.size);
    else this.#noisy(frame.code, frame.detail, frame.size);
  }

  #noisy(code: Code, detail: string, bytes: number): void {
    if (!this.unusable.isTooMuch(code, detail, bytes)) return;
    const { name } = this.#backend;
    this.#giveUp({ code: 'SP5009', text: `${name} writes too much to its output that is not JSON-RPC` });
  }

  #element(element: Payload): void {
    const frame = parseFrame(element.bytes(), this.#engine.config.limits);
    if (this.#backend.facts?.version === BATCH_REVISION && frame.kind !== 'batch') this.#take(frame);
    else this.#noisy('SP8011', 'a batch', element.size);
  }
}
