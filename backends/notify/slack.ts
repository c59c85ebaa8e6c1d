import type { Notice } from '../../lib/model/notice.ts';
import type { ReceiverConfig } from '../../lib/model/notify-config.ts';
import { type PostGround, post } from './posting.ts';
import type { Sink, Taken } from './sink.ts';
import { slackText } from './slack-text.ts';

/** Posts notices to a channel by its incoming webhook. It can only tell: nobody answers by it. */
export class SlackSink implements Sink {
  readonly name = 'slack';
  readonly isReachable = true;
  readonly #config: ReceiverConfig;
  readonly #ground: PostGround;

  constructor(config: ReceiverConfig, ground: PostGround) {
    this.#config = config;
    this.#ground = ground;
  }

  takes(): boolean {
    return true;
  }

  async send({ title, lines }: Notice): Promise<Taken> {
    const text = slackText([title, ...lines].join('\n'));
    const body = JSON.stringify({
      text,
      mrkdwn: false,
      parse: 'none',
      link_names: false,
      unfurl_links: false,
      unfurl_media: false,
    });
    return post(this.#config, body, {}, this.#ground);
  }
}
