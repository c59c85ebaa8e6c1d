import { isReadableOnTheWay } from '../../model/loopback.ts';
import type { Layer } from '../files/reading.ts';
import type { Overrides } from '../overrides.ts';
import type { Problem } from '../problems.ts';

const WITH_SECTION = ['webhook', 'syslog'] as const;

/** Faults of where records go: destinations nobody says how to reach, ways others can read, secrets written out. */
export function checkShipping(layers: readonly Layer[], { serving }: Overrides): Problem[] {
  return layers.flatMap((layer): Problem[] => {
    const { config, source } = layer;
    const named = [config.audit?.destination ?? []].flat();
    const problem = (code: Problem['code'], severity: Problem['severity'], message: string, ...keys: string[]) => ({
      code,
      severity,
      message,
      where: source.where(['audit', ...keys]),
    });
    const missing = WITH_SECTION.filter(
      (key) => named.includes(key) && layers.every((other) => other.config.audit?.shipping?.[key] === undefined),
    ).map((key) =>
      problem('SP1006', 'error', `\`${key}\` needs audit.shipping.${key}, which says where`, 'destination'),
    );
    const misplaced =
      named.includes('stdout') && serving !== true
        ? [problem('SP7024', 'warning', '`stdout` is for `serve`: `run` and `wrap` refuse it', 'destination')]
        : [];
    const { webhook, otlp, syslog } = config.audit?.shipping ?? {};
    const plain = [
      ...(webhook !== undefined && isReadable(webhook.url) ? [['webhook', 'url']] : []),
      ...(otlp?.endpoint !== undefined && isReadable(otlp.endpoint) ? [['otlp', 'endpoint']] : []),
      ...(syslog !== undefined && isReadable(syslog.url) ? [['syslog', 'url']] : []),
    ].map((keys) =>
      problem(
        'SP1005',
        'error',
        'records could be read on the way: it needs TLS, unless it is on loopback',
        'shipping',
        ...keys,
      ),
    );
    const literal = [webhook?.secret ?? []]
      .flat()
      .filter((secret) => !source.secrets.includes(secret))
      .map(() =>
        problem('SP1103', 'warning', 'the secret of a webhook stands here as it is', 'shipping', 'webhook', 'secret'),
      );
    return [...missing, ...misplaced, ...plain, ...literal];
  });
}

/** A syslog server is judged as a server of the web: TLS, or on this machine. */
function isReadable(text: string): boolean {
  return isReadableOnTheWay(new URL(text.replace(/^tcp:/, 'http:').replace(/^tls:/, 'https:')));
}
