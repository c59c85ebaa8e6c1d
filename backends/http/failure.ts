import type { Code } from '../../lib/model/codes.ts';
import { AddressRefused } from './addresses.ts';

/** Why something did not get its answer: `text` goes on after the name of the backend. */
export interface Failure {
  readonly code: Code;
  readonly text: string;
  /** For the operator only. */
  readonly hint?: string;
  /** The server has nothing of the kind at this place, which says something of which kind it is. */
  readonly notHere?: boolean;
}

/** Nobody took the connection in time. */
export class ConnectTimeout extends Error {
  readonly seconds: number;

  constructor(seconds: number) {
    super(`no connection within ${seconds} s`);
    this.seconds = seconds;
  }
}

const SAID: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused',
  ECONNRESET: 'the connection was closed',
  EPIPE: 'the connection was closed',
  ENOTFOUND: 'its host name is not known',
  EAI_AGAIN: 'its host name could not be looked up',
  EHOSTUNREACH: 'there is no way to its host',
  ENETUNREACH: 'there is no way to its host',
  ETIMEDOUT: 'its host does not answer',
  HPE_HEADER_OVERFLOW: 'its answer has too many headers',
};

/** What went wrong with a connection, in words that name no address of a network; `sent`: it had the whole request. */
export function connectionFailure(error: Error, origin: string, sent: boolean): Failure {
  const reason = causeOf(error);
  if (reason instanceof AddressRefused) {
    const hint = `${reason.message}; \`allow_private\` permits private addresses`;
    return { code: 'SP5013', text: 'leads to an address that is not public', hint };
  }
  if (sent) return { code: 'SP5002', text: 'closed the connection before it answered', hint: reason.message };
  return { code: 'SP5011', text: `cannot be reached: ${wordsFor(reason)}`, hint: `${origin}: ${reason.message}` };
}

/** Several addresses were tried: the first one failed as the others did. */
function causeOf(error: Error): Error {
  return error instanceof AggregateError && error.errors.length > 0 ? (error.errors[0] as Error) : error;
}

function wordsFor(error: Error): string {
  if (error instanceof ConnectTimeout) return `no connection within ${error.seconds} s`;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  if (Object.hasOwn(SAID, code)) return SAID[code]!;
  if (/CERT|SIGNATURE|ERR_TLS/.test(code)) return `its certificate is not accepted (${code})`;
  if (/^HPE_|^ERR_HTTP/.test(code)) return `it does not speak HTTP as it should (${code})`;
  return /^ERR_SSL|EPROTO/.test(code) ? 'it does not speak TLS as it should' : 'the connection failed';
}

const CREDENTIALS: ReadonlySet<number> = new Set([401, 403, 407]);
/** Everything else, trouble and refusals above all, says nothing of the era a server is of. */
const NOT_HERE: ReadonlySet<number> = new Set([400, 404, 405]);

/** What an answer with a status of failure says. */
export function statusFailure(status: number): Failure {
  if (!CREDENTIALS.has(status))
    return { code: 'SP5014', text: `answered with HTTP ${status}`, notHere: NOT_HERE.has(status) };
  const hint = 'the `headers` or the `credentials` of the backend are what it is sent';
  return { code: 'SP5012', text: `does not accept our credentials (HTTP ${status})`, hint };
}

export const SESSION_ENDED: Failure = { code: 'SP5015', text: 'has ended the session; it is opened anew' };
