import type { Answer } from '../../model/call.ts';
import type { Era } from '../../model/era.ts';
import type { BackendPins } from '../../model/pins.ts';
import { insertionOf } from '../../wire/insert.ts';
import { withoutMembers } from '../../wire/remove.ts';
import { offeredKinds, type ServerFacts } from '../facts.ts';
import type { Asking, Backend } from '../ports.ts';
import type { Sent } from '../question.ts';

/** What a server says of itself, with the instructions its clients may see. */
export function factsAsPinned(pins: BackendPins | undefined, era: Era, facts: ServerFacts): ServerFacts {
  if (pins === undefined) return facts;
  const { instructions } = facts;
  const shown = pins.greeted({ era, result: facts.result.text(), instructions, lists: offeredKinds(facts) });
  if (shown === instructions) return facts;
  const silent = withoutMembers(facts.result, ['instructions']);
  if (shown === undefined) return { ...facts, instructions: undefined, result: silent };
  const told = silent.splice([insertionOf(silent, `"instructions":${JSON.stringify(shown)}`)]);
  return { ...facts, instructions: shown, result: told };
}

/**
 * Sends a request once it is certain that the backend offers what was judged: it may have been started anew since, or
 * the call may be made by another process of it.
 */
export function sendWhenSure(backend: Backend, asking: Asking, done: (answer: Answer) => void): Sent {
  const judged = asking.offered!;
  let sent: Sent | undefined;
  const stop = backend.catalog.whenCurrent(judged.kind as 'tool', asking.session, (loss) => {
    if (loss !== undefined) return done({ loss });
    if (backend.catalog.stands(judged)) sent = backend.request(asking, done);
    else done({ loss: { code: 'SP4123', text: `what ${backend.name} offers changed`, retryAfterMs: 0 } });
  });
  const end = (act: (sent: Sent) => void) => (sent === undefined ? stop() : act(sent));
  return { cancel: (reason) => end((it) => it.cancel(reason)), withdraw: () => end((it) => it.withdraw()) };
}
