import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  inputRequestsOf,
  inputRequiredResult,
  inputResponsesOf,
  withInputResponses,
  withoutInputResponses,
} from '../../../lib/translate/input-requests.ts';
import { Payload } from '../../../lib/wire/payload.ts';

const FORM = '{"method":"elicitation/create","params":{"message":"Who?","n":1.0}}';

function plain(requests: ReturnType<typeof inputRequestsOf>): unknown {
  if (requests === undefined || requests === 'malformed') return requests;
  return requests.map(({ key, method, params }) => [key, method, params?.text()]);
}

function requestsIn(inputRequests: string): unknown {
  return plain(inputRequestsOf(Payload.of(`{"resultType":"input_required","inputRequests":${inputRequests}}`)));
}

test('what a modern server asks for is read in order, byte for byte', () => {
  assert.deepEqual(requestsIn(`{"b":${FORM} , "a":{"x":1,"method":"roots/list"}}`), [
    ['b', 'elicitation/create', '{"message":"Who?","n":1.0}'],
    ['a', 'roots/list', undefined],
  ]);
  assert.deepEqual(requestsIn('{}'), []);
  assert.deepEqual(requestsIn('{"__proto__":{"method":"m"}}'), [['__proto__', 'm', undefined]]);
  assert.equal(plain(inputRequestsOf(Payload.of('{"requestState":"s"}'))), undefined);
});

test('what could be read in two ways, or is no request, is malformed', () => {
  for (const inputRequests of [
    '[]',
    'null',
    '"x"',
    '{"a":null}',
    '{"a":[]}',
    '{"a":{}}',
    '{"a":{"method":7}}',
    '{"a":{"method":"m","params":[]}}',
    '{"a":{"method":"m","params":null}}',
    '{"a":{"method":"m","method":"n"}}',
    '{"a":{"method":"m","params":{},"par\\u0061ms":{}}}',
    `{"a":${FORM},"a":${FORM}}`,
  ]) {
    assert.equal(requestsIn(inputRequests), 'malformed', inputRequests);
  }
});

test('questions for a modern client stand in one result with the state to bring back', () => {
  const requests = [
    { key: 'a"b', method: 'elicitation/create', params: Payload.of('{"n":1.0}') },
    { key: 'r', method: 'roots/list', params: undefined },
  ];
  assert.equal(
    inputRequiredResult(requests, 's"').text(),
    '{"resultType":"input_required","inputRequests":{"a\\"b":{"method":"elicitation/create","params":{"n":1.0}},"r":{"method":"roots/list"}},"requestState":"s\\""}',
  );
  assert.equal(inputRequiredResult([], 's').text(), '{"resultType":"input_required","requestState":"s"}');
});

test('a client’s answers are read by key, or are malformed', () => {
  const read = (params: string) => {
    const responses = inputResponsesOf(Payload.of(params));
    return responses instanceof Map ? [...responses].map(([key, answer]) => [key, answer.text()]) : responses;
  };
  assert.deepEqual(read('{"inputResponses":{"a":{"action":"accept","content":{"n":1.0}},"b":{ }}}'), [
    ['a', '{"action":"accept","content":{"n":1.0}}'],
    ['b', '{ }'],
  ]);
  assert.deepEqual(read('{"inputResponses":{}}'), []);
  assert.equal(read('{"requestState":"s"}'), undefined);
  assert.equal(inputResponsesOf(undefined), undefined);
  for (const responses of ['[]', 'null', '{"a":null}', '{"a":"accept"}', '{"a":{},"a":{}}']) {
    assert.equal(read(`{"inputResponses":${responses}}`), 'malformed', responses);
  }
});

test('a retry is the same call with the answers and the server’s own state', () => {
  const params = Payload.of('{"name":"t", "requestState":"ours","arguments":{"n":1.0},"inputResponses":{"old":{}}}');
  const answers = [['a', Payload.of('{"action":"decline"}')]] as const;
  const bare = '{"name":"t","arguments":{"n":1.0}';
  assert.equal(
    withInputResponses(params, answers, Payload.of('"\\u0041/"')).text(),
    `${bare},"inputResponses":{"a":{"action":"decline"}},"requestState":"\\u0041/"}`,
  );
  assert.equal(withInputResponses(params, [], Payload.of('"s"')).text(), `${bare},"requestState":"s"}`);
  assert.equal(withInputResponses(params, [], undefined).text(), `${bare}}`);
  assert.equal(withoutInputResponses(params).text(), `${bare}}`);
});
