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

const IN_ARGUMENTS: readonly string[] = ['arguments'];
const NOTHING: Brought = { values: {}, prefix: undefined };
/** Of a call that brings none. */
export const NO_ANSWERS: Answers = { values: {}, prefix: [] };
const READ = new WeakMap<Call, CallArguments>();
/** What was read last, since most calls are decided before the next one is looked at: the table is slow. */
let last: { readonly call: Call; readonly found: CallArguments } | undefined;

/**
 * What a call brings to its backend, under names argument rules can name: the arguments of a tool or a prompt, the
 * `uri` of a resource, the argument that is to be completed, the parameters of a method the config lets through, and
 * answers to what a server wanted to know. Read once.
 */
export function argumentsOf(call: Call): CallArguments {
  if (last?.call === call) return last.found;
  let found = READ.get(call);
  if (found === undefined) {
    const { values, prefix } = brought(call);
    found = { values, prefix, answers: answers(call) };
    if (last !== undefined) READ.set(last.call, last.found);
    last = { call, found };
  }
  return found;
}

/** Lets go of what was read of a call that is decided: it may wait for long, and its arguments may be large. */
export function forgetArguments(call: Call): void {
  if (last?.call === call) last = undefined;
  else READ.delete(call);
}

function brought({ direction, action, params, resource }: Call): Brought {
  if (direction === 'to-client') return NOTHING;
  if (action === 'tools/call' || action === 'prompts/get')
    return { values: asObject(params?.member('arguments')?.json()) ?? {}, prefix: IN_ARGUMENTS };
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
