import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A gateway with a home of its own. */
interface Housed {
  readonly home: string;
}

/** Where a gateway writes its diagnostic log; made when the log is opened. */
export function logFolder(gateway: Housed): string {
  return join(gateway.home, 'state', 'sallyport', 'log');
}

/** Everything a gateway wrote to its diagnostic log; complete once the gateway has ended. */
export function logOf(gateway: Housed): string {
  const folder = logFolder(gateway);
  return readdirSync(folder)
    .map((name) => readFileSync(join(folder, name), 'utf8'))
    .join('');
}
