import type { Destination } from './destination.ts';
import type { Refusal, RefusalKind } from './refusal.ts';

/** An answer of HTTP that says what was refused. */
export interface Answer {
  readonly status: number;
  readonly phrase: string;
  readonly body: string;
}

const STATUS: Readonly<Record<RefusalKind, readonly [number, string]>> = {
  denied: [403, 'Forbidden'],
  unrecorded: [503, 'Service Unavailable'],
  'unknown-host': [502, 'Bad Gateway'],
  unreachable: [502, 'Bad Gateway'],
  'refused-there': [502, 'Bad Gateway'],
};

export function answerTo({ kind, code, text }: Refusal, { host, port }: Destination): Answer {
  const [status, phrase] = STATUS[kind];
  const coded = code === undefined ? '' : ` (${code})`;
  return { status, phrase, body: `Sallyport made no connection to ${host} port ${port}: ${text}${coded}\n` };
}

/** To a request that can be read in two ways, or in none. */
export function badRequest(text: string): Answer {
  return { status: 400, phrase: 'Bad Request', body: `Sallyport refused the request: ${text}\n` };
}

/** What an answer of ours ends with, whatever was asked: the connection is of no more use. */
export function headersOf({ body }: Answer): string[] {
  const length = String(Buffer.byteLength(body));
  return ['Content-Type', 'text/plain; charset=utf-8', 'Content-Length', length, 'Connection', 'close'];
}

/** The answer as it is written to a socket. */
export function asText(answer: Answer): string {
  const headers = headersOf(answer).map((part, index) => (index % 2 === 0 ? `${part}: ` : `${part}\r\n`));
  return `HTTP/1.1 ${answer.status} ${answer.phrase}\r\n${headers.join('')}\r\n${answer.body}`;
}
