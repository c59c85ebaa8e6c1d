import { type Agent, type IncomingMessage, request as requestPlainly } from 'node:http';
import { request as requestSecurely } from 'node:https';
import { isReadableOnTheWay } from '../../lib/model/loopback.ts';
import { VERSION } from '../../lib/model/version.ts';
import { guardedLookup, type Reached } from './addresses.ts';
import { connectionFailure } from './failure.ts';
import { wholeBody } from './whole-body.ts';

/** Neither a key set nor what is known of a token is larger. */
const MOST_ANSWER_KIB = 256;
const MOST_HEADER_BYTES = 16 * 1024;

/** What another service is asked: an authorization server, a receiver of news. */
export interface Question extends Reached {
  readonly method: 'GET' | 'POST';
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** For all of it, from the lookup of the name to the last byte. */
  readonly timeoutMs: number;
  /** Keeps connections; a connection of its own without one. */
  readonly agent?: Agent;
}

/** Nobody answered. The message is for an operator; `brief` names no address of a network. */
export class Unanswered extends Error {
  readonly brief: string;

  constructor(brief: string, hint: string | undefined) {
    super(hint === undefined ? brief : `${brief} (${hint})`);
    this.brief = brief;
  }
}

/** What it said, read to the end. */
export interface Said {
  readonly status: number;
  readonly headers: IncomingMessage['headers'];
  readonly text: string;
}

/**
 * Asks another service and answers the body of a 200. Rejects with an `Error` that says what went wrong and holds
 * nothing that was sent. It says who comes in, so it is believed only over TLS or on this machine, only at addresses the
 * config allows, and where it would lead with a redirect nobody goes.
 */
export async function ask(question: Question): Promise<string> {
  const { status, text } = await saidTo(question, (answered) => answered === 200);
  if (status !== 200) throw new Error(`answered HTTP ${status}`);
  return text;
}

/** The same, whatever the status; a body is read only where `isRead` says so, and redirects are still refused. */
export async function saidTo(question: Question, isRead: (status: number) => boolean = () => true): Promise<Said> {
  const signal = AbortSignal.timeout(question.timeoutMs);
  try {
    const response = await answered(question, signal);
    const { statusCode: status = 0, headers } = response;
    if (status >= 300 && status < 400) {
      response.destroy();
      throw new Error(`redirects (HTTP ${status})`);
    }
    if (isRead(status)) return { status, headers, text: (await wholeBody(response, MOST_ANSWER_KIB)).toString('utf8') };
    response.destroy();
    return { status, headers, text: '' };
  } catch (error) {
    if (signal.aborted) throw new Error(`did not answer within ${question.timeoutMs} ms`);
    throw error;
  }
}

function answered(question: Question, signal: AbortSignal): Promise<IncomingMessage> {
  const url = new URL(question.url);
  if (isReadableOnTheWay(url)) return Promise.reject(new Error('could be read on the way: it needs https'));
  const { method, headers, body, agent } = question;
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? requestSecurely : requestPlainly)(url, {
      method,
      agent: agent ?? false,
      signal,
      lookup: guardedLookup(question),
      maxHeaderSize: MOST_HEADER_BYTES,
      insecureHTTPParser: false,
      rejectUnauthorized: true,
      minVersion: 'TLSv1.2',
      headers: {
        'User-Agent': `sallyport/${VERSION}`,
        Accept: 'application/json',
        ...headers,
        ...(body === undefined ? {} : { 'Content-Length': String(Buffer.byteLength(body)) }),
      },
    } as Parameters<typeof requestSecurely>[1]);
    request.once('response', resolve);
    request.on('error', (error) => {
      const { text, hint } = connectionFailure(error, url.origin, request.writableFinished && !request.reusedSocket);
      reject(new Unanswered(text, hint));
    });
    request.end(body);
  });
}
