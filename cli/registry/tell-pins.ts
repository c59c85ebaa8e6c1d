import type { AuditLog } from '../../lib/model/audit.ts';
import type { Log } from '../../lib/model/log.ts';
import type { PinEvent, Report } from '../../lib/registry/differences.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What is not as it was pinned is evidence, and news for the operator. `turn` surrounds what is written. */
export function tellOfPins(audit: () => AuditLog, log: () => Log, turn: (work: () => void) => void): Report {
  const write: Readonly<Record<PinEvent, (fields: Fields) => void>> = {
    pinned: (fields) => audit().event('pinned', fields),
    pins_not_kept: (fields) => audit().event('pins_not_kept', fields),
    pins_not_believed: (fields) => audit().event('pins_not_believed', fields),
    more_differences: (fields) => audit().event('more_differences', fields),
    tool_changed: (fields) => audit().event('tool_changed', fields),
    tool_added: (fields) => audit().event('tool_added', fields),
    tool_vanished: (fields) => audit().event('tool_vanished', fields),
    tool_refused: (fields) => audit().event('tool_refused', fields),
    item_changed: (fields) => audit().event('item_changed', fields),
    item_added: (fields) => audit().event('item_added', fields),
    item_vanished: (fields) => audit().event('item_vanished', fields),
    item_refused: (fields) => audit().event('item_refused', fields),
  };
  return (event, fields) => {
    turn(() => write[event](fields));
    log().write(event === 'pinned' ? 'info' : 'warn', event, fields);
  };
}
