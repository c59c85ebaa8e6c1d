import type { Batch, Receipt, Receiver, WebhookDestination } from '../../lib/model/shipping.ts';
import { signWebhook } from '../webhooks/sign.ts';
import { posted, reached } from './http-receipt.ts';

/** Posts batches to a URL, signed as Standard Webhooks. Its id is that of the batch, so that what comes twice shows. */
export class WebhookReceiver implements Receiver {
  readonly name = 'webhook';
  readonly #to: WebhookDestination;

  constructor(to: WebhookDestination) {
    this.#to = to;
  }

  send({ id, log, first, last, format, records }: Batch): Promise<Receipt> {
    const texts = records.map(({ text }) => text);
    const now = Date.now();
    const body = JSON.stringify({
      type: 'audit.records',
      timestamp: new Date(now).toISOString(),
      data: { log, first, last, format, records: texts },
    });
    const { url, secrets, headers, allowPrivate } = this.#to;
    const signed = secrets.length === 0 ? { 'webhook-id': id } : signWebhook(id, Math.floor(now / 1000), body, secrets);
    const all = { ...headers, 'Content-Type': 'application/json', ...signed };
    return posted({ url, allowPrivate, headers: all, body });
  }

  reach(): Promise<string> {
    return reached(this.#to.url, this.#to.allowPrivate);
  }

  close(): void {}
}
