import type { ServerResponse } from 'node:http';
import type { Outlet } from '../gateway/outlet.ts';
import type { Recorded, Turn } from '../gateway/turn.ts';
import { chunksOf, type Line, type Outgoing } from '../wire/writer.ts';
import { answerEmpty, answerJson, type Headers } from './answers.ts';
import { headerLines } from './headers.ts';
import type { Pulse, Pulsing } from './pulse.ts';

/** After so long without an answer the response begins as a stream, so that nobody on the way takes it for dead. */
const LASTS_MS = 3000;
/** An answer that is never held against its reader. */
const FAIR_SHARE = 64 * 1024;
const FORBIDDEN = 403;
const NOTHING: Line = { head: '', body: undefined, tail: '' };

/** The stream a response has become. */
export interface Events extends Outgoing {
  /** Lets the client know that it is one, though nothing is on it yet. */
  begin(): void;
  /** The answer was put: it ends once that has left. */
  finish(): void;
}

/** How the two eras differ in what they answer to a POST. */
export interface PostRules {
  /** Makes the response a stream. */
  stream(): Events;
  /** The status of an answer that comes alone. */
  status(answer: Line): number;
  /** Headers of an answer that is an error for want of these scopes; without any its status does not say so. */
  challenge?(scopes: readonly string[]): Headers | undefined;
  /** Takes what comes before the answer once the client has gone without having had a stream. */
  readonly elsewhere?: Outgoing;
  /** Hears of the answer before it leaves. */
  answered?(answer: Line): void;
  /** The client went before it had its answer. */
  gone?(): void;
  /** Nothing more will come, for whatever reason. */
  over?(): void;
}

/**
 * The response to one POST: one JSON body when nothing but the answer comes, and a stream of events when something
 * comes before it or it takes long. The head is written when the first frame is known, so either is possible until then.
 */
export class PostResponse implements Outlet, Pulsing {
  readonly #response: ServerResponse;
  readonly #turn: Turn;
  readonly #pulse: Pulse;
  readonly #rules: PostRules;
  readonly #begun: number;
  readonly #answers: Outgoing;
  #asides: Outgoing | undefined;
  #endings: Outgoing | undefined;
  #events: Events | undefined;
  #answer: Line | undefined;
  #challenge: Headers | undefined;
  #gone = false;
  #over = false;

  readonly beside = { header: (name: string) => headerLines(this.#response.req, name) };

  constructor(response: ServerResponse, turn: Turn, pulse: Pulse, rules: PostRules) {
    this.#response = response;
    this.#turn = turn;
    this.#pulse = pulse;
    this.#rules = rules;
    this.#begun = pulse.now();
    this.#answers = this.#lane((line) => this.#last(line));
    response.once('close', () => this.#left());
    pulse.add(this);
  }

  send(line: Line, owner?: Recorded): void {
    this.#turn.stage(this.#answers, line, owner);
  }

  aside(line: Line, owner?: Recorded): void {
    this.#asides ??= this.#lane((put) => this.#before(put));
    this.#turn.stage(this.#asides, line, owner);
  }

  challenge(scopes: readonly string[]): boolean {
    if (this.#events === undefined && !this.#gone) this.#challenge = this.#rules.challenge?.(scopes);
    return this.#challenge !== undefined;
  }

  /** Staged like everything else, since what was staged before it must leave before it. */
  nothing(): void {
    this.#endings ??= this.#lane(() => this.#none());
    this.#turn.stage(this.#endings, NOTHING);
  }

  /** Where frames go that the gateway cannot tell a request for; there is but one they can mean. */
  get out(): Outgoing {
    this.#asides ??= this.#lane((put) => this.#before(put));
    return this.#asides;
  }

  beat(now: number): void {
    if (now - this.#begun < LASTS_MS || this.#gone) return;
    this.#pulse.remove(this);
    this.#events ??= this.#rules.stream();
    this.#events.begin();
  }

  #lane(put: (line: Line) => void): Outgoing {
    const post = this;
    return {
      put,
      flush: () => this.#flush(),
      get backlog() {
        return post.#events?.backlog ?? post.#response.writableLength;
      },
    };
  }

  #before(line: Line): void {
    if (this.#over) return;
    if (this.#events === undefined && this.#gone) {
      this.#rules.elsewhere?.put(line);
      return;
    }
    this.#events ??= this.#rules.stream();
    this.#events.put(line);
  }

  #last(line: Line): void {
    if (this.#over) return;
    this.#rules.answered?.(line);
    if (this.#events === undefined) this.#answer = line;
    else this.#events.put(line);
    this.#end();
  }

  #none(): void {
    if (!this.#over) this.#end();
  }

  #flush(): void {
    if (this.#events === undefined && this.#gone) return this.#rules.elsewhere?.flush();
    if (!this.#over) return this.#events?.flush();
    if (this.#events !== undefined) return this.#events.finish();
    const answer = this.#answer;
    if (answer === undefined) return answerEmpty(this.#response, 202);
    this.#answer = undefined;
    const chunks = chunksOf([answer]);
    if (!this.#fits(chunks)) this.#response.destroy();
    else if (this.#challenge === undefined) answerJson(this.#response, this.#rules.status(answer), chunks);
    else answerJson(this.#response, FORBIDDEN, chunks, this.#challenge);
  }

  /** Whether the answer may be held for a reader that may not take it; it is counted until the response is closed. */
  #fits(chunks: readonly Buffer[]): boolean {
    const size = chunks.reduce((sum, { length }) => sum + length, 0);
    if (size <= FAIR_SHARE) return true;
    const { unread } = this.#pulse;
    this.#response.once('close', () => unread.add(-size));
    return unread.add(size);
  }

  #left(): void {
    this.#gone = true;
    this.#pulse.remove(this);
    if (this.#over) return;
    this.#rules.gone?.();
  }

  #end(): void {
    this.#over = true;
    this.#pulse.remove(this);
    this.#rules.over?.();
  }
}
