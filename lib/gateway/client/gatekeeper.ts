import { isNotProven, type NotProven, type StreamProof } from '../../identity/stream-proof.ts';
import { isPromise, type Later } from '../../model/later.ts';
import type { Identity } from '../../model/principal.ts';
import { TokenBucket } from '../../model/token-bucket.ts';
import { RPC } from '../../protocol/revisions.ts';
import type { Frame } from '../../wire/frame.ts';
import type { Link } from '../../wire/link.ts';
import { cleared } from '../../wire/reserved.ts';
import { errorLine } from '../../wire/writer.ts';
import type { Engine } from '../ports.ts';
import { rpcError } from '../refusal.ts';
import type { ClientSession } from './session.ts';

/** Frames that are kept while somebody else is asked who sends them; more are refused. */
const MOST_WAITING = 1000;
const LOOK_MS = 5000;
/** Refusals that are written down at once, and each second more; the others are only answered. */
const RECORDED_AT_ONCE = 10;
const RECORDED_PER_SECOND = 0.2;
const REFUSAL = rpcError(RPC.unauthenticated, 'Not authenticated');
const LOSS = { code: 'SP2001', text: 'not authenticated any more' } as const;

/**
 * Stands before the session of a client on two byte streams: nothing reaches it, and there is none, before it is proven who
 * sends. Until then every request is told the same.
 */
export class Gatekeeper {
  readonly #engine: Engine;
  readonly #proof: StreamProof;
  readonly #open: (identity: Identity) => ClientSession;
  readonly #recorded: TokenBucket;
  #link: Link | undefined;
  #session: ClientSession | undefined;
  /** What came after a frame whose sender is still asked about; undefined while none is. */
  #waiting: Frame[] | undefined;
  #onIdle: (() => void) | undefined;
  #watch: NodeJS.Timeout | undefined;

  /** `open` begins the one session there will be. */
  constructor(engine: Engine, proof: StreamProof, open: (identity: Identity) => ClientSession) {
    this.#engine = engine;
    this.#proof = proof;
    this.#open = open;
    this.#recorded = new TokenBucket(engine.clock, RECORDED_AT_ONCE, RECORDED_PER_SECOND);
  }

  attach(link: Link): void {
    this.#link = link;
  }

  drained(): void {
    this.#session?.drained();
  }

  /** The client sends nothing more; `then` is called when all it sent was taken in. */
  end(then: () => void): void {
    clearInterval(this.#watch);
    if (this.#waiting === undefined) return then();
    this.#onIdle = then;
  }

  receive(frame: Frame): void {
    if (this.#waiting === undefined) return this.#judge(frame);
    if (this.#waiting.length < MOST_WAITING) this.#waiting.push(frame);
    else this.#refuse(frame, { code: 'SP3013', reason: 'too many frames wait for a proof' });
  }

  #judge(received: Frame): void {
    const { frame, token } = cleared(received);
    this.#ask(frame, token);
  }

  #ask(frame: Frame, token: string | undefined): void {
    const { auth } = this.#engine.config;
    this.#proof.use(auth);
    const found = this.#identify(token);
    if (!isPromise(found)) return this.#take(frame, found, token);
    this.#waiting = [];
    this.#link?.pause();
    void found.then((later) => {
      // An answer under an earlier config says nothing of who may come in under this one.
      const settle = () =>
        auth === this.#engine.config.auth ? this.#take(frame, later, token) : this.#ask(frame, token);
      this.#engine.turn.run(() => this.#goOn(settle));
    });
  }

  /** Who cannot be told from a failure is nobody. */
  #identify(token: string | undefined): Later<Identity | NotProven> {
    const failed = (failure: unknown): NotProven => {
      this.#engine.log.write('error', 'authentication_failed', { why: String((failure as Error)?.stack ?? failure) });
      return { code: 'SP2001', reason: 'the check failed' };
    };
    try {
      const found = this.#proof.identify(token);
      return isPromise(found) ? found.catch(failed) : found;
    } catch (failure) {
      return failed(failure);
    }
  }

  /** Settles the frame that waited for its proof, and takes then what came meanwhile, in order. */
  #goOn(settle: () => void): void {
    const waiting = this.#waiting ?? [];
    this.#waiting = undefined;
    settle();
    while (waiting.length > 0 && this.#waiting === undefined) this.#judge(waiting.shift()!);
    if (this.#waiting !== undefined) (this.#waiting as Frame[]).push(...waiting);
    else {
      this.#link?.resume();
      this.#onIdle?.();
    }
  }

  #take(frame: Frame, found: Identity | NotProven, token: string | undefined): void {
    if (isNotProven(found)) return this.#refuse(frame, found);
    const session = this.#session ?? this.#begin(found);
    if (token !== undefined && frame.kind === 'request' && frame.method === 'initialize') this.#proof.stand();
    session.receive(frame, undefined, this.#proof.required ? found : undefined);
  }

  #begin(identity: Identity): ClientSession {
    const session = this.#open(identity);
    session.attach(this.#link!);
    this.#session = session;
    this.#watch = setInterval(() => this.#engine.turn.run(() => this.#look()), LOOK_MS).unref();
    return session;
  }

  /** Says the same to everything that waits for an answer, and nothing to the rest. */
  #refuse(frame: Frame, { code, reason }: NotProven): void {
    if (this.#recorded.take(1)) {
      const session = this.#session?.id;
      this.#engine.audit.refused({
        from: 'client',
        session,
        code,
        detail: `Not authenticated: ${reason}`,
        bytes: frame.size,
      });
    }
    const awaits = frame.kind === 'malformed' ? frame.as === 'request' || frame.as === 'unknown' : true;
    if (!awaits || frame.kind === 'notification' || frame.kind === 'reply') return;
    const id = frame.kind === 'batch' ? undefined : frame.id;
    this.#engine.turn.stage(this.#link!.out, errorLine(id?.raw ?? 'null', REFUSAL.body));
  }

  /** Ends what runs for somebody whose credential has ended, when there is no newer one. */
  #look(): void {
    const session = this.#session;
    this.#proof.use(this.#engine.config.auth);
    if (session === undefined || this.#waiting !== undefined || this.#proof.endures) return;
    const judge = (found: Identity | NotProven) => {
      if (!isNotProven(found) || this.#proof.endures) return;
      session.listens.close();
      session.lose(LOSS);
    };
    const found = this.#identify(undefined);
    if (isPromise(found)) void found.then((later) => this.#engine.turn.run(() => judge(later)));
    else judge(found);
  }
}
