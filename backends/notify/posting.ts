import type { Mask } from '../../lib/model/mask.ts';
import type { ReceiverConfig } from '../../lib/model/notify-config.ts';
import { printable } from '../../lib/model/printable.ts';
import { type Said, saidTo } from '../http/asking.ts';
import { retryAfter } from '../http/retry-after.ts';
import { NotTaken, type Taken } from './sink.ts';

const TIMEOUT_MS = 10_000;
const MOST_SAID = 200;

/** Statuses by which a receiver says that this very notice is not for it, now or later. */
const FINAL: ReadonlySet<number> = new Set([400, 410, 413, 415, 422]);
/** Statuses by which it says that it takes nothing now. */
const OUTAGE: ReadonlySet<number> = new Set([401, 403, 404, 407, 429, 502, 503, 504]);

export interface PostGround {
  readonly mask: Mask;
  /** The time of day, for a `Retry-After` that names one. */
  now(): number;
}

/**
 * Posts JSON to a receiver; takes any status of success, whatever follows it. Of what it says only the beginning is kept, and
 * a body without an end, a redirect and an address nobody may reach are ways of not taking it.
 */
export async function post(
  receiver: ReceiverConfig,
  body: string,
  headers: Readonly<Record<string, string>>,
  { mask, now }: PostGround,
): Promise<Taken> {
  let taken: number | undefined;
  let said: Said;
  try {
    said = await saidTo(
      {
        url: receiver.url,
        allowPrivate: receiver.allowPrivate,
        method: 'POST',
        headers: { 'Content-Type': 'application/json', ...headers },
        body,
        timeoutMs: TIMEOUT_MS,
      },
      (status) => {
        if (status >= 200 && status < 300) taken = status;
        return true;
      },
    );
  } catch (error) {
    if (taken !== undefined) return { said: `HTTP ${taken}, with an answer that could not be read to its end` };
    const { message } = error as Error;
    throw new NotTaken(printable(mask(message), MOST_SAID), { isOutage: true });
  }
  const { status, text, headers: answered } = said;
  const words = printable(mask(text.trim()), MOST_SAID);
  const line = `HTTP ${status}${words === '' ? '' : ` ${JSON.stringify(words)}`}`;
  if (status >= 200 && status < 300) return { said: line };
  throw new NotTaken(`answered ${line}`, {
    isFinal: FINAL.has(status),
    isOutage: OUTAGE.has(status),
    retryAfterMs: retryAfter(answered['retry-after'], now()),
  });
}
