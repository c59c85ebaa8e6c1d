import type { Notice } from '../../lib/model/notice.ts';
import type { WebhookConfig } from '../../lib/model/notify-config.ts';
import { safeJson } from '../../lib/model/safe-json.ts';
import { signWebhook } from '../webhooks/sign.ts';
import { type PostGround, post } from './posting.ts';
import type { Sink, Taken } from './sink.ts';

/** Posts notices to a program, signed as Standard Webhooks says. A receiver tells copies of one notice by its id. */
export class WebhookSink implements Sink {
  readonly name = 'webhook';
  readonly isReachable = true;
  readonly #config: WebhookConfig;
  readonly #ground: PostGround;

  constructor(config: WebhookConfig, ground: PostGround) {
    this.#config = config;
    this.#ground = ground;
  }

  takes(): boolean {
    return true;
  }

  /** The time that is signed is that of the attempt: receivers refuse what is older than some minutes. */
  async send(notice: Notice): Promise<Taken> {
    const { id, type, atMs, key, severity, title, lines, data } = notice;
    const timestamp = new Date(atMs).toISOString();
    const body = safeJson({ type, timestamp, data: { key, severity, title, lines, ...data } });
    const seconds = Math.floor(this.#ground.now() / 1000);
    return post(this.#config, body, signWebhook(id, seconds, body, this.#config.secrets), this.#ground);
  }
}
