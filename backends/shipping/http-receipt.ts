import type { Receipt } from '../../lib/model/shipping.ts';
import { type Question, type Said, saidTo } from '../http/asking.ts';
import { retryAfter } from '../http/retry-after.ts';

/** What was sent cannot be taken, whoever sends it and when: it is the records. */
const OF_CONTENT = [400, 413, 415, 422];
const TIMEOUT_MS = 30_000;
const MOST_TOLD = 300;

/**
 * Posts to a receiver and says what came of it: `taken` for any 2xx, as `judge` reads it, `refused` where it is about what
 * was sent, `later` for anything else, also a wrong token or address, since those are mended without the records.
 */
export async function posted(
  question: Pick<Question, 'url' | 'allowPrivate' | 'headers' | 'body'>,
  judge: (text: string) => Receipt = () => ({ kind: 'taken' }),
): Promise<Receipt> {
  try {
    const said = await saidTo({ ...question, method: 'POST', timeoutMs: TIMEOUT_MS });
    return receiptOf(said, judge);
  } catch (error) {
    return { kind: 'later', why: (error as Error).message };
  }
}

function receiptOf({ status, headers, text }: Said, judge: (text: string) => Receipt): Receipt {
  if (status >= 200 && status < 300) return judge(text);
  const why = `answered HTTP ${status}${text === '' ? '' : `: ${text.slice(0, MOST_TOLD)}`}`;
  if (OF_CONTENT.includes(status)) return { kind: 'refused', why };
  return { kind: 'later', why, afterMs: retryAfter(headers['retry-after'], Date.now()) };
}

/** Whether anybody answers there, whatever it says. */
export async function reached(url: string, allowPrivate: boolean): Promise<string> {
  const { status } = await saidTo({ url, allowPrivate, method: 'GET', headers: {}, timeoutMs: 10_000 }, () => false);
  return `${new URL(url).origin} answers (HTTP ${status})`;
}
