import type { Call } from '../model/call.ts';
import { asObject, type Json } from '../model/json.ts';

/** Values as checks judge them, and where they stand in what is forwarded. */
export interface Brought {
  readonly values: Json;
  /** Keys that lead to `values` in `call.params`; undefined when they stand there in another form and cannot be edited. */
  readonly prefix: readonly string[] | undefined;
}

/** They always stand where they can be edited. */
export interface Answers extends Brought {
  readonly prefix: readonly string[];
}

export interface CallArguments extends Brought {
  /** What a client says when a server asks it, which nothing declares. */
  readonly answers: Answers;
}

const NOTHING: Brought = { values: {}, prefix: undefined };
const NO_ANSWERS: Answers = { values: {}, prefix: [] };
const READ = new WeakMap<Call, CallArguments>();

/**
 * What a call brings to its backend, under names argument rules can name: the arguments of a tool or a prompt, the
 * `uri` of a resource, the argument that is to be completed, the parameters of a method the config lets through, and
 * answers to what a server wanted to know. Read once.
 */
export function argumentsOf(call: Call): CallArguments {
  let found = READ.get(call);
  if (found === undefined) {
    found = { ...brought(call), answers: answers(call) };
    READ.set(call, found);
  }
  return found;
}

/** Lets go of what was read of a call that is decided: it may wait for long, and its arguments may be large. */
export function forgetArguments(call: Call): void {
  READ.delete(call);
}

function brought({ direction, action, params, resource }: Call): Brought {
  if (direction === 'to-client') return NOTHING;
  if (action === 'tools/call' || action === 'prompts/get')
    return { values: asObject(params?.member('arguments')?.json()) ?? {}, prefix: ['arguments'] };
  if (action === 'completion/complete') return { values: completed(asObject(params?.json()) ?? {}), prefix: undefined };
  if (resource.type === 'method') return { values: plainMembers(params), prefix: [] };
  return resource.type === 'resource' ? { values: { uri: resource.id }, prefix: undefined } : NOTHING;
}

/** Answers come with the next round of a call (2026-07-28), with a task, or alone from a legacy client. */
function answers({ direction, action, params }: Call): Answers {
  if (direction === 'to-client' || params === undefined) return NO_ANSWERS;
  if (action.startsWith('answer:')) return { values: asObject(params.json()) ?? {}, prefix: [] };
  const responses = params.member('inputResponses');
  if (responses === undefined) return NO_ANSWERS;
  return { values: asObject(responses.json()) ?? {}, prefix: ['inputResponses'] };
}

/** The argument that is completed, beside those that are known already (2025-06-18, completion). */
function completed({ argument, context }: Json): Json {
  const { name, value } = asObject(argument) ?? {};
  const known = asObject(asObject(context)?.arguments) ?? {};
  if (typeof name !== 'string') return known;
  // Whoever completes reads both, so neither may stand in the way of the other.
  return { ...known, [name]: Object.hasOwn(known, name) ? { completed: value, known: known[name] } : value };
}

/** What a method nobody knows here is told. */
function plainMembers(params: Call['params']): Json {
  const { _meta, ...members } = asObject(params?.json()) ?? {};
  return members;
}
