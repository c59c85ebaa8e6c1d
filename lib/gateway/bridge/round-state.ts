import { createHash, randomBytes } from 'node:crypto';
import type { Json } from '../../model/json.ts';
import type { Payload } from '../../wire/payload.ts';
import type { AgreedCall } from '../agreed-call.ts';
import type { Request, Session } from '../ports.ts';
import type { Subject } from '../subject.ts';

const PURPOSE = 'request-state';
const LIFETIME_MS = 15 * 60 * 1000;

/** What a request state of ours holds: which call it continues, for whom, until when, and what goes on with it. */
export interface RoundState {
  readonly backend: string;
  readonly subject: string;
  readonly digest: string;
  readonly round: number;
  readonly expires: number;
  readonly nonce: string;
  /** Raw JSON of the server's own state, byte for byte; null when it sent none. */
  readonly state: string | null;
  /** The call of a legacy server that waits for the answers; null when the call is made again. */
  readonly parked: string | null;
  /** The request for agreement the client was asked about; null when a server asks. */
  readonly approval: string | null;
  /** What a person has agreed to of this call, so that nobody is asked again for its next round. */
  readonly agreed: AgreedCall | null;
}

/** A state the client brings back with its answers, as JSON text: sealed, and good for one use. */
export function issueState(
  { session, frame, agreed }: Request,
  subject: Subject,
  round: number,
  { state = null, parked = null, approval = null }: Partial<Pick<RoundState, 'state' | 'parked' | 'approval'>>,
): string {
  const { seal, clock } = session.engine;
  const nonce = randomBytes(12).toString('base64url');
  const expires = clock.now() + LIFETIME_MS;
  session.account.states.issue(nonce, expires, clock.now());
  const value: RoundState = {
    backend: subject.backend.name,
    subject: session.holder,
    digest: digestOf(frame.method, subject, frame.params!),
    round: round + 1,
    expires,
    nonce,
    state,
    parked,
    approval,
    agreed: agreed ?? null,
  };
  return JSON.stringify(seal.close(PURPOSE, value));
}

/** What the state in `params` holds; undefined when it is not one this principal was given for this very call. */
export function takeState(session: Session, method: string, subject: Subject, params: Payload): RoundState | undefined {
  const { seal, clock } = session.engine;
  const opened = seal.open(PURPOSE, params.string('requestState') ?? '') as RoundState | undefined;
  if (opened === undefined || !session.account.states.has(opened.nonce)) return undefined;
  const fits =
    opened.backend === subject.backend.name &&
    opened.subject === session.holder &&
    opened.expires >= clock.now() &&
    opened.digest === digestOf(method, subject, params);
  if (!fits) return undefined;
  session.account.states.use(opened.nonce);
  return opened;
}

/** The same call has the same digest however its JSON is laid out. */
function digestOf(method: string, { resource: { type, id } }: Subject, params: Payload): string {
  const args = params.member('arguments')?.json();
  const text = JSON.stringify([method, type, id, canonical(args)]);
  return createHash('sha256').update(text).digest('base64url');
}

function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  return Object.keys(value)
    .sort()
    .map((key) => [key, canonical((value as Json)[key])]);
}
