import type { Code } from '../../lib/model/codes.ts';
import type { EgressVerdict } from '../../lib/model/egress.ts';

/** `denied`: by rules; `unrecorded`: nothing may be connected that is not written down; the others: it does not answer. */
export type RefusalKind = 'denied' | 'unrecorded' | 'unknown-host' | 'unreachable' | 'refused-there';

/** Why a backend has no connection; `text` is for the backend to read and holds nothing it does not know. */
export class Refusal {
  readonly kind: RefusalKind;
  readonly code: Code | undefined;
  readonly text: string;

  constructor(kind: RefusalKind, text: string, code?: Code) {
    this.kind = kind;
    this.text = text;
    this.code = code;
  }
}

export const GIVEN_UP = new Refusal('unreachable', 'the connection was given up');
export const LEADS_NOWHERE = new Refusal('unknown-host', 'the name of the host leads nowhere');
export const LOOKED_UP_TOO_LONG = new Refusal('unknown-host', 'the host could not be looked up in time');
export const NOT_RECORDED = new Refusal('unrecorded', 'it could not be written down', 'SP7001');
export const TOO_LATE = 'the host does not answer in time';

/** What is said of all that comes after the allowance is used up. */
export const USED_UP: EgressVerdict = {
  effect: 'deny',
  code: 'SP5022',
  text: 'the bytes this server may send and receive are used up',
};

export function denied({ code, text }: EgressVerdict): Refusal {
  return new Refusal('denied', text ?? 'it is not allowed', code);
}

/** `error` is that of the last address that was tried, or of the attempt when it took too long. */
export function unreachable(error: unknown): Refusal {
  const isRefused = (error as NodeJS.ErrnoException | undefined)?.code === 'ECONNREFUSED';
  if (isRefused) return new Refusal('refused-there', 'the host refuses it');
  return new Refusal('unreachable', error === 'late' ? TOO_LATE : 'the host cannot be reached');
}
