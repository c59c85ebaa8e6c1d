import type { Loss } from '../model/call.ts';
import { hasActing } from '../model/printable.ts';
import type { MethodRule } from '../protocol/methods.ts';
import { resolveUri } from '../protocol/uris.ts';
import type { Cut, Payload } from '../wire/payload.ts';
import { children } from '../wire/walk.ts';
import type { Backend } from './backend.ts';
import type { Session } from './session.ts';
import { openTask } from './tasks.ts';

/** What a request is about, once it is known whose it is. */
export interface Subject {
  readonly backend: Backend;
  readonly type: 'tool' | 'prompt' | 'resource' | 'task';
  /** The backend's own name for it. */
  readonly id: string;
  /** The name the client used. */
  readonly shown: string;
  /** Puts the backend's name for it into `params`. */
  readonly cuts: readonly Cut[];
}

export interface Unknown {
  readonly type: Subject['type'];
  readonly shown: string;
  /** The backend that could know it failed. */
  readonly loss?: Loss | undefined;
}

type Found = (subject: Subject | Unknown | 'malformed') => void;

/** Finds out what `params` are about. Tools and prompts may have to be listed first, so `then` may come later. */
export function resolveSubject(session: Session, rule: MethodRule, params: Payload, then: Found): void {
  if (rule.at === 'ref') return resolveRef(session, params, then);
  const shown = params.string(rule.at!);
  const span = params.span(rule.at!);
  if (shown === undefined || span === undefined) return then('malformed');
  if (rule.at === 'name')
    return resolveName(session, rule.type === 'tool' ? 'tool' : 'prompt', shown, span, then);
  if (rule.at === 'taskId') return resolveTask(session, shown, span, then);
  then(resolveResource(session, shown, span));
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

function resolveName(
  session: Session,
  type: 'tool' | 'prompt',
  shown: string,
  span: Span,
  then: Found,
): void {
  const { engine } = session;
  const table = type === 'tool' ? engine.toolNames : engine.promptNames;
  const find = () => {
    const entry = table.find(shown);
    const backend = entry && engine.backend(entry.backend);
    if (entry === undefined || backend === undefined) return undefined;
    const cuts = entry.name === shown ? [] : [cut(span, entry.name)];
    return { backend, type, id: entry.name, shown, cuts };
  };
  const found = hasActing(shown) ? undefined : find();
  if (found !== undefined) return then(found);
  listCandidates(session, type, shown, (loss) =>
    then((hasActing(shown) ? undefined : find()) ?? { type, shown, loss }),
  );
}

/**
 * Lists what could hold the name, unless that was done a moment ago. Which backends could is told by the
 * prefix; whether one does, only by its list.
 */
export function listCandidates(
  session: Session,
  type: 'tool' | 'prompt',
  shown: string,
  then: (loss: Loss | undefined) => void,
): void {
  const { backends, prefixed } = session.engine;
  const candidates = backends.filter(({ name }) => !prefixed || shown.startsWith(`${name}__`));
  let missing = candidates.length;
  let lost: Loss | undefined;
  if (missing === 0) return then(undefined);
  for (const backend of candidates) {
    backend.catalog.load(type === 'tool' ? 'tools' : 'prompts', session, (loss) => {
      lost ??= loss;
      if (--missing === 0) then(lost);
    });
  }
}

export function resolveResource(session: Session, shown: string, span: Span): Subject | Unknown {
  const { engine } = session;
  if (!engine.prefixed) return { backend: engine.backends[0]!, type: 'resource', id: shown, shown, cuts: [] };
  const found = resolveUri(
    shown,
    engine.backends.map(({ name }) => name),
  );
  const backend = found && engine.backend(found.backend);
  if (found === undefined || backend === undefined) return { type: 'resource', shown };
  return { backend, type: 'resource', id: found.uri, shown, cuts: [cut(span, found.uri)] };
}

function resolveTask(session: Session, shown: string, span: Span, then: Found): void {
  const found = openTask(session, shown);
  if (found === undefined) return then({ type: 'task', shown });
  const { backend, taskId } = found;
  then({ backend, type: 'task', id: taskId, shown, cuts: [cut(span, taskId)] });
}

/** A completion is about the prompt or the resource template it completes, and under the same lists. */
function resolveRef(session: Session, params: Payload, then: Found): void {
  const ref = params.span('ref');
  if (ref?.kind !== 0x7b) return then('malformed');
  const bytes = params.bytes();
  const members = children(bytes, ref.start);
  const text = (key: string) => {
    const member = members.find((child) => child.key === key);
    if (member === undefined || bytes[member.start] !== 0x22) return undefined;
    return {
      value: JSON.parse(bytes.toString('utf8', member.start, member.end)) as string,
      start: member.start,
      end: member.end,
    };
  };
  const type = text('type')?.value;
  const named = type === 'ref/prompt' ? text('name') : type === 'ref/resource' ? text('uri') : undefined;
  if (named === undefined) return then('malformed');
  if (type === 'ref/prompt') return resolveName(session, 'prompt', named.value, named, then);
  then(resolveResource(session, named.value, named));
}

function cut({ start, end }: Span, text: string): Cut {
  return { start, end, text: JSON.stringify(text) };
}
