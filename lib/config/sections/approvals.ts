import type { GrantScope } from '../../model/approvals.ts';
import { APPROVAL_CHANNELS, type ApprovalChannelName, type ApprovalsConfig } from '../../model/approvals-config.ts';
import type { Reading } from '../files/reading.ts';
import { selectorOf } from '../words/selector-alias.ts';
import { parseDuration } from '../words/units.ts';
import { either, intersection, preferring, shorter } from './stricter.ts';

const HOUR_MS = 3_600_000;

/** The `approvals` section of all layers: of ways to ask, people who may agree and how far, those that all of them name. */
export function resolveApprovals(reading: Reading, from: string): ApprovalsConfig {
  const at = (key: string) => ['approvals', key];
  const value = <T>(key: string, usual: T, stricter?: (a: T, b: T) => T) =>
    reading.value<T>(at(key), usual, from, stricter);
  const remember = value<readonly string[]>('remember', ['once', 'session'], intersection);
  const times = remember.flatMap((entry) => parseDuration(entry) ?? []);
  const scopes: GrantScope[] = ['once'];
  if (remember.includes('session')) scopes.push('session');
  if (times.length > 0) scopes.push('time');
  return {
    channels: value<readonly string[]>('channels', APPROVAL_CHANNELS, (a, b) =>
      intersection(a.map(channelOf), b.map(channelOf)),
    ).map(channelOf),
    outOfBand: value<readonly string[]>('require_out_of_band', [], (a, b) => [...new Set([...a, ...b])]).map(
      selectorOf,
    ),
    timeoutMs: parseDuration(value('timeout', '55s', shorter))!,
    onTimeout: value<ApprovalsConfig['onTimeout']>('on_timeout', 'pending', preferring('deny')),
    grantTtlMs: parseDuration(value('grant_ttl', '10m', shorter))!,
    scopes,
    rememberMs: times.length === 0 ? HOUR_MS : Math.max(...times),
    approvers: value<readonly string[] | undefined>('approvers', undefined, (a, b) =>
      a === undefined || b === undefined ? (a ?? b) : intersection(a, b),
    ),
    separateApprover: value('separate_approver', false, either),
    slackWebhookUrl: slackOf(reading),
  };
}

function channelOf(name: string): ApprovalChannelName {
  return name === 'elicitation' ? 'client' : (name as ApprovalChannelName);
}

/** It is a secret, so `config show` does not list it. */
function slackOf({ layers }: Reading): string | undefined {
  return layers.findLast(({ config }) => config.approvals?.slack !== undefined)?.config.approvals?.slack?.webhook_url;
}
