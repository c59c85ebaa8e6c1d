import { createHmac } from 'node:crypto';
import { webhookKey } from '../../lib/model/webhook-secret.ts';

/**
 * The headers of a webhook as Standard Webhooks has them, with one signature for each secret, the newest first. `timestamp`
 * is in seconds since 1970. Throws for a secret that is none.
 */
export function signWebhook(
  id: string,
  timestamp: number,
  body: string,
  secrets: readonly string[],
): Record<'webhook-id' | 'webhook-timestamp' | 'webhook-signature', string> {
  const signatures = secrets.map((secret) => {
    const key = webhookKey(secret);
    if (key === undefined) throw new Error('a webhook secret is `whsec_` and 24 to 64 bytes in base64');
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`;
  });
  return { 'webhook-id': id, 'webhook-timestamp': String(timestamp), 'webhook-signature': signatures.join(' ') };
}
