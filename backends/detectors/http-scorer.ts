import { type IncomingMessage, Agent as PlainAgent, request as requestPlainly } from 'node:http';
import { request as requestSecurely, Agent as TlsAgent } from 'node:https';
import type { DetectorConfig } from '../../lib/model/inspection.ts';
import { VERSION } from '../../lib/model/version.ts';
import { connectionFailure } from '../http/failure.ts';
import { wholeBody } from '../http/whole-body.ts';
import { scoreOf } from './answer-score.ts';
import { excerpt } from './excerpt.ts';
import type { Question, Scorer } from './scorer.ts';

/** Connections to one detector, and questions under way at a time. */
export const HTTP_AT_ONCE = 16;
/** Less than what common servers wait for the next request without saying so: it must not meet their closing. */
const IDLE_MS = 4000;
const MOST_ANSWER_KIB = 64;
const MOST_HEADER_BYTES = 16 * 1024;

/**
 * Posts texts to a program of the operator's choice. The config says where it is, on this machine or in a private
 * network as well; where it would lead with a redirect nobody has said, so none is followed.
 */
export class HttpScorer implements Scorer {
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent: PlainAgent;
  readonly #isSecure: boolean;

  constructor({ url, headers }: Pick<DetectorConfig, 'url' | 'headers'>) {
    this.#url = new URL(url);
    this.#headers = headers;
    this.#isSecure = this.#url.protocol === 'https:';
    const Agent = this.#isSecure ? TlsAgent : PlainAgent;
    this.#agent = new Agent({ keepAlive: true, maxSockets: HTTP_AT_ONCE, timeout: IDLE_MS });
  }

  async score({ text, channel, suspicious, signal }: Question): Promise<number> {
    const body = Buffer.from(JSON.stringify({ text: excerpt(text, suspicious), channel }));
    const response = await this.#posted(body, signal);
    const { statusCode: status = 0 } = response;
    if (status < 200 || status >= 300) {
      response.destroy();
      throw new Error(status >= 300 && status < 400 ? `redirects (HTTP ${status})` : `answered HTTP ${status}`);
    }
    const score = scoreOf(parsed(await wholeBody(response, MOST_ANSWER_KIB)));
    if (score === undefined) throw new Error('answered in a form that is not known (docs/detectors.md)');
    return score;
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Posting twice does no harm: a connection that was closed while it was idle is replaced once. */
  #posted(body: Buffer, signal: AbortSignal, isLast = false): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const request = (this.#isSecure ? requestSecurely : requestPlainly)(this.#url, {
        method: 'POST',
        agent: this.#agent,
        signal,
        maxHeaderSize: MOST_HEADER_BYTES,
        insecureHTTPParser: false,
        headers: {
          'User-Agent': `sallyport/${VERSION}`,
          ...this.#headers,
          Accept: 'application/json',
          'Content-Type': 'application/json',
          'Content-Length': body.length,
        },
      });
      request.once('response', resolve);
      request.on('error', (error: NodeJS.ErrnoException) => {
        const isStale = request.reusedSocket && error.code === 'ECONNRESET' && !isLast && !signal.aborted;
        if (isStale) resolve(this.#posted(body, signal, true));
        else reject(new Error(connectionFailure(error, this.#url.origin, request.writableFinished).text));
      });
      request.end(body);
    });
  }
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    throw new Error('answered with no JSON');
  }
}
