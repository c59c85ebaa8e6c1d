import type { Loss, Resource } from '../../model/call.ts';
import { hasActing } from '../../model/printable.ts';
import type { MethodRule } from '../../protocol/methods.ts';
import { resolveUri } from '../../protocol/uris.ts';
import type { Cut, Payload } from '../../wire/payload.ts';
import { children, decodeString } from '../../wire/walk.ts';
import type { Session } from '../ports.ts';
import type { Subject } from '../subject.ts';
import { openTask } from '../tasks/tasks.ts';
import { visibleTo } from '../visible.ts';

export type SubjectType = 'tool' | 'prompt' | 'resource' | 'task';

/** Nothing that is known has this name. */
export interface Unknown {
  readonly type: SubjectType;
  readonly shown: string;
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** Finds out what `params` are about, from what has been listed so far. */
export function resolveSubject(session: Session, rule: MethodRule, params: Payload): Subject | Unknown | 'malformed' {
  if (rule.at === 'ref') return resolveRef(session, params);
  const shown = params.string(rule.at!);
  if (shown === undefined) return 'malformed';
  if (rule.at === 'name')
    return resolveName(session, rule.type === 'tool' ? 'tool' : 'prompt', shown, params.span('name')!);
  const span = params.span(rule.at!)!;
  return rule.at === 'taskId' ? resolveTask(session, shown, span) : resolveResource(session, shown, span);
}

export function isSubject(found: Subject | Unknown | 'malformed'): found is Subject {
  return typeof found === 'object' && 'backend' in found;
}

/**
 * Lists what could hold the name, unless that was done a moment ago. Which backends could is told by the
 * prefix; whether one does, only by its list. What it answers makes it forget who waits.
 */
export function listCandidates(
  session: Session,
  { type, shown }: Unknown,
  then: (loss: Loss | undefined) => void,
): () => void {
  const { prefixed } = session.engine;
  const candidates =
    type === 'tool' || type === 'prompt'
      ? visibleTo(session).filter(({ name }) => !prefixed || shown.startsWith(`${name}__`))
      : [];
  let missing = candidates.length;
  let lost: Loss | undefined;
  if (missing === 0) then(undefined);
  const forgets = candidates.map(({ catalog }) =>
    catalog.load(type === 'tool' ? 'tools' : 'prompts', session, (loss) => {
      lost ??= loss;
      if (--missing === 0) then(lost);
    }),
  );
  return () => {
    for (const forget of forgets) forget();
  };
}

function resolveName(session: Session, type: 'tool' | 'prompt', shown: string, span: Span): Subject | Unknown {
  const kind = type === 'tool' ? 'tools' : 'prompts';
  for (const backend of session.backends) {
    const entry = backend.catalog.named(kind, shown);
    if (entry === undefined || hasActing(shown)) continue;
    return { backend, resource: entry.resource, shown, cut: entry.name === shown ? undefined : cut(span, entry.name) };
  }
  return { type, shown };
}

export function resolveResource(session: Session, shown: string, span: Span): Subject | Unknown {
  const { engine } = session;
  const found = engine.prefixed
    ? resolveUri(
        shown,
        session.backends.map(({ name }) => name),
      )
    : { backend: session.backends[0]!.name, uri: shown };
  const backend = found && session.backend(found.backend);
  if (found === undefined || backend === undefined) return { type: 'resource', shown };
  const resource: Resource = { backend: backend.name, type: 'resource', id: found.uri };
  return { backend, resource, shown, cut: found.uri === shown ? undefined : cut(span, found.uri) };
}

function resolveTask(session: Session, shown: string, span: Span): Subject | Unknown {
  const found = openTask(session, shown);
  if (found === undefined) return { type: 'task', shown };
  const { backend, taskId } = found;
  return { backend, resource: { backend: backend.name, type: 'task', id: taskId }, shown, cut: cut(span, taskId) };
}

/** A completion is about the prompt or the resource template it completes, and under the same lists. */
function resolveRef(session: Session, params: Payload): Subject | Unknown | 'malformed' {
  const ref = params.span('ref');
  if (ref?.kind !== 0x7b) return 'malformed';
  const bytes = params.bytes();
  const members = children(bytes, ref.start);
  const text = (key: string) => {
    const member = members.find((child) => child.key === key);
    if (member === undefined || bytes[member.start] !== 0x22) return undefined;
    return { value: decodeString(bytes, member.start, member.end), start: member.start, end: member.end };
  };
  const type = text('type')?.value;
  const named = type === 'ref/prompt' ? text('name') : type === 'ref/resource' ? text('uri') : undefined;
  if (named === undefined) return 'malformed';
  return type === 'ref/prompt'
    ? resolveName(session, 'prompt', named.value, named)
    : resolveResource(session, named.value, named);
}

function cut({ start, end }: Span, text: string): Cut {
  return { start, end, text: JSON.stringify(text) };
}
