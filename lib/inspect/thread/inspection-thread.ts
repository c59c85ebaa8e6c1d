import { setImmediate } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import type { Channel, RenderingConfig } from '../../model/inspection.ts';
import { AskedInTurn, threadProgram } from '../../threads/asked-in-turn.ts';
import { Payload } from '../../wire/payload.ts';
import { digestInSteps, KnownMessages } from '../known-messages.ts';
import type { Cleaned, Shown } from '../rendering/cleaned.ts';
import type { Whole } from '../whole.ts';
import type { Answer, CleanedElsewhere, Question, Wanted } from './protocol.ts';

interface Task {
  readonly message: Payload;
  readonly wanted: Wanted;
}

export interface ThreadLimits {
  /** Milliseconds a message may take, and more for each MB of it. */
  readonly ms: number;
  readonly msPerMb: number;
  /** Messages that wait, and bytes of them all together. */
  readonly waiting: number;
  readonly waitingBytes: number;
}

/** A MB of prose takes 60 ms, of attacks alone 140; the rest is for a machine that is busy. */
const LIMITS: ThreadLimits = { ms: 2000, msPerMb: 1000, waiting: 64, waitingBytes: 64 << 20 };
/** Bytes that are handed over before others get their turn. */
const PART = 1 << 20;
/** Messages in which nothing was found; of each the beginning and the end are kept for other detectors, 72 KB at most. */
const MOST_KNOWN = 16;

/**
 * Reads large messages in a thread, one after the other: on the main thread finding the texts of a message alone would
 * keep all others waiting for 10 ms a MB.
 */
export class InspectionThread {
  readonly #limits: ThreadLimits;
  readonly #thread: AskedInTurn<Task, Answer>;
  readonly #known = new KnownMessages<Whole>(MOST_KNOWN);
  #waitingBytes = 0;

  constructor(limits: Partial<ThreadLimits> = {}, program: string = workerFile()) {
    this.#limits = { ...LIMITS, ...limits };
    const { ms, msPerMb } = this.#limits;
    this.#thread = new AskedInTurn({
      program,
      memoryMb: 512,
      tooMuch: 'it is more than can be read',
      mayTake: ({ message }) => ms + (msPerMb * message.size) / 1e6,
      hand: (task, worker, isLost) => void handed(task, worker, isLost),
    });
  }

  /** Starts the thread, so that the first message need not wait for it. */
  warm(): void {
    this.#thread.warm();
  }

  /** What its texts hide. Rejects when it takes too long, fails, or too much waits: then the message was not looked at. */
  async read(message: Payload, channel: Channel, before: string): Promise<Whole> {
    const key = `${await digestOf(message)} ${channel} ${before}`;
    const known = this.#known.of(key);
    if (known !== undefined) return known;
    const answer = await this.#ask(message, { channel, before });
    if (!('whole' in answer)) throw new Error('the thread answered something else');
    const { structural, hits, unseen } = answer.whole.assessment;
    if (structural.length === 0 && hits.length === 0 && unseen === undefined) this.#known.keep(key, answer.whole);
    return answer.whole;
  }

  /** The message without what attacks whoever looks at it; the same one where nothing had to go. Rejects as `read` does. */
  async clean(message: Payload, shown: Shown, config: RenderingConfig): Promise<Cleaned> {
    const answer = await this.#ask(message, { shown, config });
    if (!('cleaned' in answer)) throw new Error('the thread answered something else');
    const { body, hidden, links } = answer.cleaned;
    return { hidden, links, body: body === undefined ? message : payloadOf(body) };
  }

  async #ask(message: Payload, wanted: Wanted): Promise<Answer> {
    const { waiting, waitingBytes } = this.#limits;
    const isFull = this.#thread.waiting >= waiting || this.#waitingBytes + message.size > waitingBytes;
    if (isFull && this.#thread.waiting > 0) throw new Error('too much waits to be read');
    this.#waitingBytes += message.size;
    const answer = await this.#thread.ask({ message, wanted });
    this.#waitingBytes -= message.size;
    if ('fault' in answer) throw new Error(answer.fault);
    return answer;
  }
}

let shared: InspectionThread | undefined;

/** One thread for all, also for those of a config that was read again. */
export function sharedThread(): InspectionThread {
  return (shared ??= new InspectionThread());
}

async function digestOf(message: Payload): Promise<string> {
  const steps = digestInSteps(message);
  for (;;) {
    const { done, value } = steps.next();
    if (done === true) return value;
    await setImmediate();
  }
}

/** Copies of parts, since what is transferred is gone here; copying 8 MB at once would take 5 ms. */
async function handed({ message, wanted }: Task, worker: Worker, isLost: () => boolean): Promise<void> {
  const put = (question: Question, transferred: ArrayBuffer[] = []) => worker.postMessage(question, transferred);
  for (let at = 0; at < message.size; at += PART) {
    if (at > 0) await setImmediate();
    if (isLost()) return;
    const part = new Uint8Array(message.slice(at, Math.min(message.size, at + PART)).bytes());
    put({ part }, [part.buffer]);
  }
  put(wanted);
}

function payloadOf({ bytes, members }: NonNullable<CleanedElsewhere['body']>): Payload {
  return Payload.withMembers(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length), members);
}

function workerFile(here = import.meta.url): string {
  return threadProgram('inspection-worker.cjs', here);
}
