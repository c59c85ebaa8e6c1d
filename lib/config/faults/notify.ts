import { SINKS, type SinkName } from '../../model/notify-config.ts';
import type { Layer } from '../files/reading.ts';
import type { Problem } from '../problems.ts';
import { parseWhen, WhenFault } from '../words/alert-when.ts';

/** Faults of `alerts` and `notify` that no key shows by itself. */
export function checkNotify(layers: readonly Layer[]): Problem[] {
  const believed = layers.filter(({ source }) => source.untrusted !== true);
  const configured = new Set(SINKS.filter((sink) => believed.some(({ config }) => isSet(config.notify?.[sink]))));
  return layers.flatMap((layer) => [...faultsOfAlerts(layer, configured), ...literalSecrets(layer)]);
}

function isSet(value: unknown): boolean {
  return value !== undefined && value !== false;
}

function faultsOfAlerts({ config, source }: Layer, configured: ReadonlySet<SinkName>): Problem[] {
  const names = new Set<string>();
  return (config.alerts ?? []).flatMap(({ name, when, to }, index) => {
    const at = (...keys: (string | number)[]) => source.where(['alerts', index, ...keys]);
    const problems: Problem[] = [];
    if (names.has(name))
      problems.push({
        code: 'SP1040',
        severity: 'error',
        message: `the alert "${name}" stands twice`,
        where: at('name'),
      });
    names.add(name);
    const fault = faultOf(when);
    if (fault !== undefined) {
      const message = `alerts[${index}].when: ${fault.message}`;
      problems.push({ code: 'SP1040', severity: 'error', message, where: at('when') });
    }
    for (const [place, sink] of to.entries()) {
      if (configured.has(sink)) continue;
      const message = `alerts[${index}].to: "${sink}" is not configured`;
      const help = `Add \`notify.${sink}\`, or take it out of \`to\`.`;
      problems.push({ code: 'SP1017', severity: 'error', message, where: at('to', place), help });
    }
    return problems;
  });
}

function faultOf(when: string): WhenFault | undefined {
  try {
    parseWhen(when);
    return undefined;
  } catch (error) {
    if (error instanceof WhenFault) return error;
    throw error;
  }
}

/** Secrets that stand in the file itself. */
function literalSecrets({ config: { notify = {} }, source }: Layer): Problem[] {
  const { webhook, slack, pagerduty } = notify;
  const secrets = webhook === undefined ? [] : Array.isArray(webhook.secret) ? webhook.secret : [webhook.secret];
  const found: [string, ...string[]][] = [
    ...secrets.map((secret): [string, ...string[]] => [secret, 'webhook', 'secret']),
    ...(slack === undefined ? [] : [[slack.url, 'slack', 'url'] as [string, ...string[]]]),
    ...(pagerduty === undefined ? [] : [[pagerduty.routing_key, 'pagerduty', 'routing_key'] as [string, ...string[]]]),
  ];
  return found
    .filter(([value]) => !source.secrets.some((secret) => value.includes(secret)))
    .map(([, ...keys]) => ({
      code: 'SP1103',
      severity: 'warning',
      message: `notify.${keys.join('.')} stands literally in the config`,
      where: source.where(['notify', ...keys]),
    }));
}
