import type { Agreed, AskAgain, Seeker } from '../model/approvals.ts';
import type { Answer, Call } from '../model/call.ts';
import type { RequestFrame } from '../wire/frame.ts';
import type { Payload } from '../wire/payload.ts';
import type { Refusal } from './refusal.ts';
import type { Recorded } from './turn.ts';

/** A request on its way to a target. */
export interface Sent {
  /** Nobody waits for the answer any more: the target is told, and a late answer is dropped. */
  cancel(reason: Payload | undefined): void;
  /** The request never left: the target forgets it. */
  withdraw(): void;
}

/**
 * Takes the answer. One that must still be made may come as what makes it, so that a failure in there ends this
 * exchange and nothing else.
 */
export type Answered = (answer: Answer | (() => Answer)) => void;

/** Where a request goes: a backend, several of them, or the client. Calls `done` exactly once. */
export interface Target {
  ask(question: Question, done: Answered): Sent;
}

/** What is asked. The question itself is held responsible for the frame that asks, until it is answered. */
export interface Question extends Recorded {
  readonly call: Call;
  readonly params: Payload | undefined;
  readonly timeoutMs: number | undefined;
  /** What a person agreed to, where the call needed it. */
  readonly agreed?: Agreed | undefined;
}

/** Who asked. */
export interface Asker {
  /** The name the asker used; what it is told when it may not know the resource. */
  readonly shown: string;
  /** Takes what ends the exchange; undefined when nobody waits for it. */
  respond(refusal: Refusal | undefined, owner: Recorded | undefined): void;
  /** How it can be asked whether a person agrees; absent where it cannot. */
  readonly seeker?: Seeker | undefined;
  /** What somebody has agreed to, where it goes on with that very call: with these parameters, under this policy. */
  agreedBefore?(params: Payload | undefined, policy: string): Agreed | undefined;
  /** The answer that has a client ask, and make the call again; there for whom `seeker` says so. */
  askAgain?(round: AskAgain): Refusal;
  /** Whether its transport tells it that these scopes are missing; see `Outlet`. */
  challenge?(scopes: readonly string[]): boolean;
  /** Makes the refusal of something hidden take as long as that of something unknown; answers what calls it off. */
  disguise?(answer: () => void): () => void;
}

/** What a server asks of a client. */
export interface Asked {
  readonly method: string;
  readonly params: Payload | undefined;
  readonly size: number;
}

/** Takes what a server asks while it works on a call. */
export interface QuestionTaker {
  readonly openQuestions: number;
  ask(frame: RequestFrame, kind: string): void;
  /** The server calls the question off it gave this id. */
  withdrawQuestion(id: string | number): void;
}
