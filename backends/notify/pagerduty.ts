import { createHash } from 'node:crypto';
import type { Severity } from '../../lib/model/alerts-config.ts';
import type { Notice, NoticeType } from '../../lib/model/notice.ts';
import type { PagerDutyConfig } from '../../lib/model/notify-config.ts';
import { safeJson } from '../../lib/model/safe-json.ts';
import { VERSION } from '../../lib/model/version.ts';
import { type PostGround, post } from './posting.ts';
import type { Sink, Taken } from './sink.ts';

const MOST_SUMMARY = 1024;
const MOST_KEY = 255;
const SEVERITY: Readonly<Record<Severity, string>> = {
  low: 'info',
  medium: 'warning',
  high: 'error',
  critical: 'critical',
};
const ACTIONS: Partial<Record<NoticeType, readonly string[]>> = {
  'alert.fired': ['trigger'],
  'alert.resolved': ['resolve'],
  // Nobody is to stay called for a test.
  test: ['trigger', 'resolve'],
};

/** Opens and closes incidents by the Events API v2. Nobody is called at night because a request waits for an approval. */
export class PagerDutySink implements Sink {
  readonly name = 'pagerduty';
  readonly isReachable = true;
  readonly #config: PagerDutyConfig;
  readonly #ground: PostGround;
  readonly #source: string;

  /** `source` says where it happened: the name of this machine. */
  constructor(config: PagerDutyConfig, source: string, ground: PostGround) {
    this.#config = config;
    this.#source = source;
    this.#ground = ground;
  }

  takes({ type }: Notice): boolean {
    return ACTIONS[type] !== undefined;
  }

  async send(notice: Notice): Promise<Taken> {
    let taken: Taken = { said: 'nothing was sent' };
    for (const action of ACTIONS[notice.type] ?? [])
      taken = await post(this.#config, this.#event(action, notice), {}, this.#ground);
    return taken;
  }

  #event(action: string, { key, severity, title, lines, atMs, data }: Notice): string {
    const common = { routing_key: this.#config.routingKey, event_action: action, dedup_key: shortKey(key) };
    if (action === 'resolve') return safeJson(common);
    return safeJson({
      ...common,
      client: `Sallyport ${VERSION}`,
      payload: {
        summary: title.length > MOST_SUMMARY ? `${title.slice(0, MOST_SUMMARY - 1)}…` : title,
        source: this.#source,
        severity: SEVERITY[severity],
        timestamp: new Date(atMs).toISOString(),
        custom_details: { lines, ...data },
      },
    });
  }
}

function shortKey(key: string): string {
  return key.length <= MOST_KEY ? key : createHash('sha256').update(key).digest('hex');
}
