import type { Call } from '../model/call.ts';
import { asObject, type Json } from '../model/json.ts';

/** Arguments as checks judge them, and where they stand in what is forwarded. */
export interface CallArguments {
  readonly values: Json;
  /** Keys that lead to `values` in `call.params`; undefined when they stand there in another form and cannot be edited. */
  readonly prefix: readonly string[] | undefined;
}

const NONE: CallArguments = { values: {}, prefix: undefined };
const READ = new WeakMap<Call, CallArguments>();

/**
 * What a call brings to its backend, under names argument rules can name: the arguments of a tool or a prompt, the
 * `uri` of a resource, the argument that is to be completed, the answers to what a server wanted to know. Read once.
 */
export function argumentsOf(call: Call): CallArguments {
  let found = READ.get(call);
  if (found === undefined) {
    found = read(call);
    READ.set(call, found);
  }
  return found;
}

function read(call: Call): CallArguments {
  const { params } = call;
  if (call.direction === 'to-client') return NONE;
  switch (call.action) {
    case 'tools/call':
    case 'prompts/get':
      return { values: asObject(params?.member('arguments')?.json()) ?? {}, prefix: ['arguments'] };
    case 'completion/complete':
      return { values: completed(asObject(params?.json()) ?? {}), prefix: undefined };
    case 'tasks/update':
      return { values: { inputResponses: params?.member('inputResponses')?.json() ?? {} }, prefix: undefined };
    default:
      return call.resource.type === 'resource' ? { values: { uri: call.resource.id }, prefix: undefined } : NONE;
  }
}

/** The argument that is completed, beside those that are known already (2025-06-18, completion). */
function completed({ argument, context }: Json): Json {
  const { name, value } = asObject(argument) ?? {};
  const known = asObject(asObject(context)?.arguments) ?? {};
  return typeof name === 'string' ? { ...known, [name]: value } : known;
}
