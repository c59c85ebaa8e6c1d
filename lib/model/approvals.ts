import type { Payload } from '../wire/payload.ts';
import type { Call } from './call.ts';
import type { Reason } from './reason.ts';

/** How sure it is that a person gave an answer, from least to most. */
export const ASSURANCES = ['in-band', 'same-user', 'remote', 'os-auth', 'webauthn'] as const;
export type Assurance = (typeof ASSURANCES)[number];

/** How far an agreement reaches: this call, calls like it in this session, or calls like it for a while. */
export type GrantScope = 'once' | 'session' | 'time';

/** A call a person must agree to, as its backend would receive it. */
export interface Sought {
  readonly call: Call;
  /** Its parameters after every edit of policy: what is digested and sent. */
  readonly params: Payload | undefined;
  /** The same without what an edit put in that must not be written down: what people are shown. */
  readonly shown: Payload | undefined;
  /** Why somebody is asked. */
  readonly reason: Reason;
  /** Names the policy that asks. */
  readonly policy: string;
}

/** What the client brought back for a request it was asked about: the value under our key, or nothing. */
export interface RoundAnswer {
  /** The request it was asked about. */
  readonly request: string;
  readonly reply: Payload | undefined;
}

/** How forms are written for a client; what its revision has no words for is left out. */
export interface FormWords {
  /** It knows the titles of choices only as `enumNames` (before 2025-11-25). */
  readonly enumNames: boolean;
  /** It has said that it knows forms from links. */
  readonly modes: boolean;
}

/**
 * How the client can put a question to whoever sits in front of it: not at all; by a request of ours while its call waits
 * (`elicitation/create`); or by an answer that asks for input, after which it makes the call again (2026-07-28).
 */
export type ClientWay =
  | { readonly kind: 'none' }
  | {
      readonly kind: 'question';
      readonly words: FormWords;
      /** Sends the parameters of an elicitation; what this answers takes it back. Undefined: the client is gone or refused. */
      put(params: Payload, answered: (result: Payload | undefined) => void): () => void;
    }
  | { readonly kind: 'round'; readonly words: FormWords; readonly answered: RoundAnswer | undefined };

/** Whoever waits for an agreement. */
export interface Seeker {
  readonly way: ClientWay;
  /** Tells the client that its call still waits; does nothing where the client did not ask for progress. */
  beat(message: string): void;
}

/** What the record of a call says of the agreement it was made under. */
export interface Agreed {
  readonly grant: string;
  readonly request: string | undefined;
  readonly scope: GrantScope;
  /** Who agreed. */
  readonly by: string;
  /** How they were reached: `client`, `terminal`, `slack`, `command`. */
  readonly channel: string;
  readonly assurance: Assurance;
  /** From the question to the answer; a client that answers by itself is seen by this. */
  readonly answeredMs: number | undefined;
  /** The reason they gave. */
  readonly why: string | undefined;
}

/** Somebody agreed. It is worth nothing before it is taken, and then once, for exactly the call it was given for. */
export interface Agreement {
  /**
   * Uses the agreement up for this call, with these parameters, under this policy; a reason when it is not one for them. What
   * follows must happen in the same turn.
   */
  take(call: Call, params: Payload | undefined, policy: string): Agreed | { readonly refused: Reason };
}

/** How seeking ends. */
export type Sounded =
  | { readonly agreement: Agreement }
  | { readonly refused: Reason }
  /** The client is to ask, and to make the call again with what it heard. */
  | { readonly round: AskAgain };

/** A request for agreement, and the parameters of the elicitation by which the client asks for it. */
export interface AskAgain {
  readonly request: string;
  readonly params: Payload;
}

/** Has people asked whether a call may be made. */
export interface Approvals {
  /**
   * Calls `done` once, perhaps before it returns, unless what this answers is called first: then nobody waits for this
   * call any more.
   */
  seek(sought: Sought, seeker: Seeker, done: (sounded: Sounded) => void): () => void;
}

/** Nobody can be asked. */
export const NO_APPROVALS: Approvals = {
  seek: ({ reason: { retry: _never, ...reason } }, _seeker, done) => {
    done({ refused: { ...reason, code: 'SP6003' } });
    return () => {};
  },
};
