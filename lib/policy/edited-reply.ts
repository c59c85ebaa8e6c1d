import type { Call, ListItem, Reply } from '../model/call.ts';
import type { Edit, Verdict } from '../model/decision.ts';
import type { Payload } from '../wire/payload.ts';
import { children } from '../wire/walk.ts';

/** The reply as the checks that follow see it: with what `verdict` asks to be changed. */
export function editedReply(call: Call, reply: Reply, verdict: Verdict): Reply {
  const edits = verdict.pass ? verdict.edits : undefined;
  return edits === undefined ? reply : edits.reduce((edited, edit) => withEdit(call, edited, edit), reply);
}

function withEdit({ resource }: Call, { ok, body, items }: Reply, edit: Edit): Reply {
  const edited = edit.apply(body);
  if (items === undefined) return { ok, body: edited };
  const left = items.filter((_item, index) => edit.keeps?.(index) !== false);
  return { ok, body: edited, items: placed(edited, resource.id, left) };
}

/** The entries where they stand now. Throws when there are others than should be left, since none could be told apart. */
function placed(body: Payload, list: string, items: readonly ListItem[]): ListItem[] {
  const span = body.span(list);
  const spans = span === undefined ? [] : children(body.bytes(), span.start);
  if (spans.length !== items.length) throw new Error('an edit left other entries in a list than it said');
  return items.map((item, index) => ({ ...item, start: spans[index]!.start, end: spans[index]!.end }));
}
