import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { GatewayPeer } from './gateway.ts';

/** Where a gateway writes its diagnostic log; made when the log is opened. */
export function logFolder(gateway: GatewayPeer): string {
  return join(gateway.home, 'state', 'sallyport', 'log');
}

/** Everything a gateway wrote to its diagnostic log; complete once the gateway has ended. */
export function logOf(gateway: GatewayPeer): string {
  const folder = logFolder(gateway);
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
}
