import type { Layer } from '../files/reading.ts';
import type { Problem } from '../problems.ts';
import { looksOpaque } from '../words/secret-looks.ts';

/** A secret that stands in the file. */
export function checkApprovals({ config, source }: Layer): Problem[] {
  const url = config.approvals?.slack?.webhook_url;
  if (url === undefined || source.secrets.some((secret) => url.includes(secret))) return [];
  if (!looksOpaque(url.slice(url.lastIndexOf('/') + 1))) return [];
  const message = 'webhook_url of approvals.slack is a literal secret';
  const where = source.where(['approvals', 'slack', 'webhook_url']);
  return [{ code: 'SP1103', severity: 'warning', message, where }];
}
