import { Payload } from '../wire/payload.ts';
import { withoutMembers } from '../wire/remove.ts';
import { children } from '../wire/walk.ts';
import { isObject, withAdded } from './members.ts';

/** One thing a server wants to know before it goes on (2026-07-28, basic/patterns/mrtr). */
export interface InputRequest {
  readonly key: string;
  readonly method: string;
  readonly params: Payload | undefined;
}

const INPUT = ['inputResponses', 'requestState'];

/**
 * What an `input_required` result, or a task that awaits input, asks for, in order. Undefined when it has no
 * `inputRequests`; `malformed` when that is no map of requests, or could be read in two ways.
 */
export function inputRequestsOf(body: Payload): readonly InputRequest[] | 'malformed' | undefined {
  const map = body.member('inputRequests');
  if (map === undefined) return undefined;
  const entries = entriesOf(map);
  if (entries === undefined) return 'malformed';
  const requests: InputRequest[] = [];
  for (const [key, value] of entries) {
    const params = value.member('params');
    const method = value.string('method');
    if (entriesOf(value) === undefined || method === undefined) return 'malformed';
    if (params !== undefined && !isObject(params)) return 'malformed';
    requests.push({ key, method, params });
  }
  return requests;
}

/** The result that puts `requests` to a modern client and hands it `requestState` to bring back. */
export function inputRequiredResult(requests: readonly InputRequest[], requestState: string): Payload {
  const members = ['"resultType":"input_required"'];
  if (requests.length > 0) members.push(`"inputRequests":${inputRequestsText(requests)}`);
  members.push(`"requestState":${JSON.stringify(requestState)}`);
  return Payload.of(`{${members.join(',')}}`);
}

/** The JSON text of a map of requests. */
export function inputRequestsText(requests: readonly InputRequest[]): string {
  const entries = requests.map(({ key, method, params }) => {
    const rest = params === undefined ? '' : `,"params":${params.text()}`;
    return `${JSON.stringify(key)}:{"method":${JSON.stringify(method)}${rest}}`;
  });
  return `{${entries.join(',')}}`;
}

/** The client's answers in the params of a retry or of `tasks/update`, by key; undefined when there are none. */
export function inputResponsesOf(params: Payload | undefined): ReadonlyMap<string, Payload> | 'malformed' | undefined {
  const map = params?.member('inputResponses');
  if (map === undefined) return undefined;
  const entries = entriesOf(map);
  return entries !== undefined && [...entries.values()].every(isObject) ? entries : 'malformed';
}

/**
 * The params of a call as its retry carries them: the answers, and the server's own state as raw JSON, in place of
 * any that stood there. Neither is put in when there is none.
 */
export function withInputResponses(
  params: Payload,
  responses: readonly (readonly [key: string, answer: Payload])[],
  requestState: Payload | undefined,
): Payload {
  let retry = withoutInputResponses(params);
  if (responses.length > 0) {
    const entries = responses.map(([key, answer]) => `${JSON.stringify(key)}:${answer.text()}`);
    retry = withAdded(retry, 'inputResponses', `{${entries.join(',')}}`);
  }
  return requestState === undefined ? retry : withAdded(retry, 'requestState', requestState.text());
}

/** The params of a retry as a server gets them that never heard of retries. */
export function withoutInputResponses(params: Payload): Payload {
  return withoutMembers(params, INPUT);
}

/** The members of an object by key; undefined for anything else, and when a key stands there twice. */
function entriesOf(value: Payload): Map<string, Payload> | undefined {
  if (!isObject(value)) return undefined;
  const found = children(value.bytes());
  const entries = new Map(found.map(({ key, start, end }) => [key, value.slice(start, end)]));
  return entries.size === found.length ? entries : undefined;
}
