import type { Edit, Verdict } from '../model/decision.ts';
import type { Payload } from '../wire/payload.ts';

/**
 * A verdict whose edits remember what they made last: the checks that follow see the edited body, and at the end the same
 * edits are made for good, which for a large body costs as much again.
 */
export function withMemory(verdict: Verdict): Verdict {
  if (!verdict.pass || verdict.edits === undefined) return verdict;
  return { ...verdict, edits: verdict.edits.map(remembered) };
}

function remembered(edit: Edit): Edit {
  let last: Payload | undefined;
  let made: Payload | undefined;
  const apply = (body: Payload): Payload => {
    if (made !== undefined && body === last) return made;
    last = body;
    made = edit.apply(body);
    return made;
  };
  return { ...edit, apply };
}
