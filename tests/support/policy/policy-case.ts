import type { Call, Direction, Reply, Resource, ResourceType } from '../../../lib/model/call.ts';
import type { Decision } from '../../../lib/model/decision.ts';
import type { Json } from '../../../lib/model/json.ts';
import type { Principal } from '../../../lib/model/principal.ts';
import type { ToolShape } from '../../../lib/model/tool-shape.ts';
import { schemaDefect } from '../../../lib/parse/json-schema.ts';
import { decideCall, decideReply } from '../../../lib/policy/decide.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { children } from '../../../lib/wire/walk.ts';
import type { FakeClock } from '../clock.ts';
import { callWith, FACTS } from './calls.ts';

/** A call as a policy table writes it: exactly one of the first members says what it is about. */
export interface CallText {
  /** `backend/name`. */
  readonly tool?: string;
  readonly prompt?: string;
  /** `backend/uri`. */
  readonly resource?: string;
  /** A task of a backend, `backend/id`. */
  readonly task?: string;
  /** A method of a backend that is about nothing a list could name, `backend/method`. */
  readonly method?: string;
  /** A question of a server: `backend/sampling`, `backend/elicitation`, `backend/roots`. */
  readonly request?: string;
  /** A list and what stands in it: `tools: [files/read]`. */
  readonly list?: Partial<Record<'tools' | 'prompts' | 'resources', readonly string[]>>;

  /** The client that calls, by its proven name, and what its key says of it. */
  readonly as?: string;
  readonly roles?: readonly string[];
  readonly permissions?: readonly string[];
  readonly tenant?: string;
  /** Scopes of its token; without any it came with a key. */
  readonly scopes?: readonly string[];

  readonly args?: Readonly<Record<string, unknown>>;
  /** What the server says of the tool: its `inputSchema` and its annotations; without either nothing is known of it. */
  readonly schema?: Json;
  readonly annotations?: Json;
  /** What was called before in the same session and answered, in order. */
  readonly before?: readonly CallText[];
  /** Bytes of the whole request. */
  readonly bytes?: number;
  readonly in_flight?: number;
  readonly session?: string;
  /** Levels its arguments are nested. */
  readonly depth?: number;
  /** The tool declares an output schema. */
  readonly structured?: boolean;
  /** What came back, when the reply is to be judged. */
  readonly reply?: {
    readonly text_bytes?: number;
    readonly image_bytes?: number;
    readonly error?: boolean;
    /** What it says, instead of so many bytes of nothing. */
    readonly text?: string;
  };
}

/** Something that happened before the call of a case. */
export interface Earlier {
  /** A call, which is judged and, when nothing denies it, made. */
  readonly call?: CallText;
  /** How often it is made, one after the other [1]. */
  readonly times?: number;
  /** How it ended [at once, with an empty answer]; `never_sent` is a call no server saw. */
  readonly ended?: { readonly ms?: number; readonly reply_bytes?: number } | 'never_sent' | 'not_yet';
  /** Milliseconds that pass afterwards, each time. */
  readonly then_ms?: number;
}

interface Kind {
  readonly type: ResourceType;
  readonly action: string;
  readonly direction?: Direction;
}

const KINDS: Record<'tool' | 'prompt' | 'resource' | 'task' | 'method', Kind> = {
  tool: { type: 'tool', action: 'tools/call' },
  prompt: { type: 'prompt', action: 'prompts/get' },
  resource: { type: 'resource', action: 'resources/read' },
  task: { type: 'task', action: 'tasks/get' },
  method: { type: 'method', action: 'x/unknown' },
};

const QUESTIONS: Readonly<Record<string, string>> = {
  sampling: 'sampling/createMessage',
  elicitation: 'elicitation/create',
  roots: 'roots/list',
};

/** What the policy says of a call, or of its reply when there is one, and what a list still shows. */
export async function decideText(
  policy: Policy,
  text: CallText,
): Promise<{ readonly decision: Decision; readonly shows: readonly string[] }> {
  if (text.list !== undefined) return decideList(policy, text.list, principalOf(text));
  const session = text.session ?? `session ${++sessions}`;
  for (const earlier of text.before ?? [])
    await decideReply(policy, callOf(earlier, session), replyTo(earlier.reply ?? {}));
  const call = callOf(text, session);
  const decision =
    text.reply === undefined ? await decideCall(policy, call) : await decideReply(policy, call, replyTo(text.reply));
  return { decision, shows: [] };
}

let decisions = 0;

/** Makes calls one after the other; whatever they amount to stays counted. */
export async function playEarlier(policy: Policy, clock: FakeClock, earlier: readonly Earlier[]): Promise<void> {
  for (const { call: text, times = 1, ended = {}, then_ms: thenMs = 0 } of earlier) {
    for (let i = 0; i < times; i++) {
      if (text !== undefined) await make(policy, text, ended);
      clock.pass(thenMs);
    }
  }
}

async function make(policy: Policy, text: CallText, ended: NonNullable<Earlier['ended']>): Promise<void> {
  const call: Call = { ...callOf(text, text.session ?? 's1'), id: `EARLIER-${decisions++}` };
  const { effect } = await decideCall(policy, call);
  if (ended === 'not_yet') return;
  const { ms = 0, reply_bytes: replyBytes = 0 } = ended === 'never_sent' ? {} : ended;
  const forwarded = effect === 'allow' && ended !== 'never_sent';
  policy.ended(call, { forwarded, ms, requestBytes: call.facts.size, replyBytes });
}

/** Every case is a session of its own. */
let sessions = 0;

function callOf(text: CallText, session: string): Call {
  const { args = {}, bytes = 200, in_flight: inFlight = 0, structured = false } = text;
  const shared = {
    session,
    args: text.depth === undefined ? Payload.of(JSON.stringify(args)) : undefined,
    principal: principalOf(text),
    params: Payload.of(`{"arguments":${text.depth === undefined ? JSON.stringify(args) : nested(text.depth)}}`),
    facts: { ...FACTS, size: bytes, inFlight, structured, tool: shapeOf(text) },
  };
  if (text.request !== undefined) {
    const [backend, id] = split(text.request);
    const params = Payload.of(JSON.stringify(args));
    return callWith({
      ...shared,
      params,
      direction: 'to-client',
      action: QUESTIONS[id]!,
      resource: { backend, type: 'client', id },
    });
  }
  for (const [key, { type, action }] of Object.entries(KINDS)) {
    const named = text[key as keyof typeof KINDS];
    if (named === undefined) continue;
    const [backend, id] = split(named);
    return callWith({ ...shared, action, resource: { backend, type, id } });
  }
  throw new Error('a case must say what its call is about');
}

function shapeOf({ schema, annotations = {} }: CallText): ToolShape | undefined {
  if (schema === undefined) return Object.keys(annotations).length === 0 ? undefined : shape({}, annotations);
  return shape(schema, annotations);
}

function shape(schema: Json, annotations: Json): ToolShape {
  return { schema, annotations, defect: schemaDefect(schema) };
}

function principalOf({ as = 'local', roles = [], permissions, tenant, scopes }: CallText): Principal {
  const proof = scopes === undefined ? 'api-key' : 'jwt';
  return { subject: as, clientId: as, agent: 'test/1', roles, permissions, tenant, scopes, proof };
}

/** Parameters of exactly this many levels, the arguments among them. */
function nested(depth: number): string {
  return `${'{"a":'.repeat(depth - 1)}1${'}'.repeat(depth - 1)}`;
}

function split(named: string): [backend: string, id: string] {
  const slash = named.indexOf('/');
  if (slash === -1) throw new Error(`"${named}" names no backend`);
  return [named.slice(0, slash), named.slice(slash + 1)];
}

function replyTo({
  text_bytes: bytes = 0,
  image_bytes: image = 0,
  error = false,
  text = 'x'.repeat(bytes),
}: NonNullable<CallText['reply']>): Reply {
  if (error) return { ok: false, body: Payload.of(JSON.stringify({ code: -32000, message: text })) };
  const content = [
    ...(text === '' ? [] : [{ type: 'text', text }]),
    ...(image === 0 ? [] : [{ type: 'image', data: 'x'.repeat(image), mimeType: 'image/png' }]),
  ];
  return { ok: true, body: Payload.of(JSON.stringify({ content })) };
}

async function decideList(policy: Policy, list: NonNullable<CallText['list']>, principal: Principal) {
  const [[member, entries]] = Object.entries(list) as [[string, readonly string[]]];
  const type = member.slice(0, -1) as ResourceType;
  const body = Payload.of(JSON.stringify({ [member]: entries.map((name) => ({ name })) }));
  const spans = children(body.bytes(), body.span(member)!.start);
  const items = spans.map(({ start, end }, index) => {
    const [backend, id] = split(entries[index]!);
    const resource: Resource = { backend, type, id };
    return { resource, start, end };
  });
  const call = callWith({
    principal,
    action: `${member}/list`,
    resource: { backend: '', type: 'list', id: member },
  });
  const decision = await decideReply(policy, call, { ok: true, body, items });
  const left = decision.enforced ? decision.edits.reduce((edited, edit) => edit.apply(edited), body) : body;
  const shown = left.json() as Record<string, { name: string }[]>;
  return { decision, shows: shown[member]!.map(({ name }) => name) };
}
