import { systemClock } from '../../../lib/model/clock.ts';
import { columns, EXIT, print, printError, printJson, shown } from '../../output/print.ts';
import { pendingJson, pendingLines, timeLeft } from '../../views/pending.ts';
import { nothingWaits, theOne, type WhichOptions, waitingAt, withGateways } from './found.ts';

export interface ListOptions extends WhichOptions {
  readonly json?: boolean;
}

const MOST_CELL = 60;

/** Lists what waits in all gateways of the user; ends with 4 when anything does. */
export async function approvalsList(options: ListOptions): Promise<number> {
  const { waiting, gateways, more } = await withGateways(options, (reached) => waitingAt(reached, options));
  const now = systemClock.now();
  if (options.json === true) {
    printJson({
      gateways,
      more,
      pending: waiting.map(({ at, pending }) => pendingJson(pending, at?.gateway.pid ?? null)),
    });
  } else if (waiting.length === 0) {
    print(gateways === 0 ? 'Nothing waits: no gateway runs.' : 'Nothing waits.');
  } else {
    const rows = waiting.map(({ at, pending }) => [
      shown(pending.id),
      shown(pending.resource, MOST_CELL),
      shown(pending.effect, MOST_CELL),
      shown(`${pending.principal} (${pending.client})`, MOST_CELL),
      String(pending.calls),
      timeLeft(pending, now),
      at === undefined ? 'ended' : String(at.gateway.pid),
    ]);
    print(columns([['ID', 'WHAT', 'EFFECT', 'WHO', 'CALLS', 'TIME', 'GATEWAY'], ...rows]));
    if (more > 0) printError(`${more} more wait and are not listed`);
    printError('`sallyport approvals show ID` shows a call whole, `approve` and `deny` answer it.');
  }
  return waiting.length === 0 ? EXIT.ok : EXIT.pending;
}

/** Shows one request whole. */
export async function approvalsShow(id: string, options: ListOptions): Promise<number> {
  const found = await withGateways(options, (reached) => theOne(id, reached, options));
  if (found === undefined) throw nothingWaits(id);
  const { at, pending } = found;
  if (options.json === true) printJson(pendingJson(pending, at?.gateway.pid ?? null));
  else print(pendingLines(pending, systemClock.now()).join('\n'));
  return EXIT.ok;
}
