import assert from 'node:assert/strict';
import { test } from 'node:test';
import { begin, type HttpResponse, modernPost, open, send } from '../../support/http/http.ts';
import { LegacyHttp } from '../../support/http/legacy-http.ts';
import { modernMeta } from '../../support/mcp/eras.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { type Served, serve } from '../../support/program/serve.ts';
import { found } from '../../support/program/survivors.ts';

const slow = (client: LegacyHttp, id: number, ms: number, steps: number) =>
  client.callOf('slow', { ms, steps }, id, { progressToken: `token-${id}` });

async function connected(served: Served, params: Message = {}): Promise<LegacyHttp> {
  const client = new LegacyHttp(served.url);
  await client.initialize(params);
  return client;
}

function isProgress({ method }: Message): boolean {
  return method === 'notifications/progress';
}

test('an answer that comes alone is JSON, and one that something precedes ends a stream of its own', async (t) => {
  const served = await serve(t);
  const client = await connected(served);
  const alone = await client.post(client.callOf('echo', { text: 'hi' }));
  assert.deepEqual([alone.headers['content-type'], alone.headers['cache-control']], ['application/json', 'no-store']);
  const stream = await client.post(slow(client, 7, 60, 2));
  assert.equal(stream.status, 200);
  assert.equal(stream.headers['content-type'], 'text/event-stream');
  assert.equal(stream.headers['x-accel-buffering'], 'no');
  assert.equal(stream.headers['cache-control'], 'no-store');
  const [priming, ...events] = stream.events;
  assert.equal(priming!.data, '');
  assert.deepEqual(
    stream.messages.map(({ method, id }) => method ?? id),
    ['notifications/progress', 'notifications/progress', 7],
  );
  assert.deepEqual(stream.messages[0].params.progressToken, 'token-7');
  const ids = stream.events.map(({ id }) => id!);
  assert.equal(new Set(ids).size, events.length + 1);
  const older = await connected(served, { protocolVersion: '2025-06-18' });
  const unprimed = await older.post(slow(older, 7, 60, 2));
  assert.equal(JSON.parse(unprimed.events[0]!.data).method, 'notifications/progress');
  const modern = await send(
    served.url,
    modernPost('tools/call', {
      name: 'slow',
      arguments: { ms: 60, steps: 2 },
      _meta: { ...modernMeta(), progressToken: 1 },
    }),
  );
  assert.deepEqual(
    modern.events.map(({ id, event }) => [id, event]),
    [undefined, undefined, undefined].map((id) => [id, 'message']),
  );
});

test('a server asks on the stream of the call it works on, and the client answers with a POST of its own', async (t) => {
  const served = await serve(t);
  const client = await connected(served, { capabilities: { roots: {}, sampling: {} } });
  const listening = await client.listen();
  const call = await client.start(client.callOf('ask', { method: 'roots/list' }, 'call'));
  const question = await call.message(({ method }) => method === 'roots/list');
  const roots = { roots: [{ uri: 'file:///work', name: 'work' }] };
  const answer = await client.post({ jsonrpc: '2.0', id: question.id, result: roots });
  assert.deepEqual([answer.status, answer.text], [202, '']);
  await call.end();
  assert.match(call.messages.at(-1).result.content[0].text, /file:\/\/\/work/);
  assert.deepEqual(listening.messages, []);
  listening.close();
});

test('35: a legacy call goes on when its connection breaks, and its stream is taken up where it broke', async (t) => {
  const served = await serve(t);
  const client = await connected(served);
  const other = await connected(served);
  const first = await client.start(slow(client, 1, 600, 6));
  const second = await client.start(slow(client, 2, 600, 6));
  await Promise.all([first.message(isProgress), second.message(isProgress)]);
  const seen = first.events.at(-1)!;
  first.close();
  second.close();
  const resumed = await (await client.listen(seen.id)).end();
  const missed = [...first.messages, ...resumed.messages];
  assert.deepEqual(
    missed.map(({ params, id }) => params?.progress ?? id),
    [1, 2, 3, 4, 5, 6, 1],
    'all of the one stream, each once, and nothing of the other',
  );
  assert.ok(missed.every(({ params }) => params === undefined || params.progressToken === 'token-1'));
  assert.equal(resumed.messages.at(-1).result.content[0].text, 'slept 600');
  const late = await (await client.listen(resumed.events.at(-2)!.id)).end();
  assert.deepEqual(late.messages, resumed.messages.slice(-1), 'after its end, too');
  for (const nothing of [resumed.events.at(-1)!.id!, 'nonsense', '', '0-0-0', 'x'.repeat(2000)]) {
    assert.deepEqual(await outcome(client.listen(nothing)), [204, '']);
  }
  assert.deepEqual(await outcome(other.listen(seen.id)), [204, ''], 'an id of another session means nothing');
  const ended = () => served.records.filter(({ kind }) => kind === 'done').map(({ outcome }) => outcome);
  await found(() => ended().length === 2 || undefined, 30_000, 'the end of both calls');
  assert.deepEqual(ended(), ['ok', 'ok']);
});

async function outcome(response: Promise<HttpResponse>): Promise<[number, string]> {
  const { status, text } = await (await response).end();
  return [status, text];
}

test('35: a modern call is called off when its stream is closed, before the answer or the first event', async (t) => {
  const served = await serve(t);
  const received = async (what: (messages: Message[]) => boolean) => {
    const answer = await send(served.url, modernPost('tools/call', { name: 'received' }));
    const messages = (JSON.parse(answer.json.result.content[0].text) as string[]).map((line) => JSON.parse(line));
    return what(messages) || undefined;
  };
  const cancels = (count: number) => (messages: Message[]) =>
    messages.filter(({ method }) => method === 'notifications/cancelled').length === count;
  const silent = begin(served.url, modernPost('tools/call', { name: 'hang' }));
  await found(() => received((all) => all.some(({ params }) => params?.name === 'hang')), 30_000, 'the call');
  silent.abort();
  await assert.rejects(silent.response);
  await found(() => received(cancels(1)), 30_000, 'the first cancellation');
  const _meta = { ...modernMeta(), progressToken: 'p' };
  const params = { name: 'slow', arguments: { ms: 60_000, steps: 600 }, _meta };
  const stream = await open(served.url, modernPost('tools/call', params));
  await stream.message(isProgress);
  stream.close();
  await found(() => received(cancels(2)), 30_000, 'the second cancellation');
  assert.equal(served.records.filter(({ outcome }) => outcome === 'cancelled').length, 2);
});

test('what belongs to no request waits for the stream that carries it, and one connection has it at a time', async (t) => {
  const served = await serve(t);
  const client = await connected(served);
  await client.call('changed', { kind: 'prompts' });
  const first = await client.listen();
  const change = await first.message(({ method }) => method === 'notifications/prompts/list_changed');
  assert.equal(change.id, undefined);
  const second = await client.listen();
  await first.end();
  await client.post({ jsonrpc: '2.0', id: 9, method: 'resources/subscribe', params: { uri: 'file:///a.txt' } });
  await second.message(({ method }) => method === 'notifications/resources/updated');
  assert.equal(first.messages.length, 1, 'who listens last is told');
  const third = await client.listen(second.events[0]!.id);
  await second.end();
  assert.deepEqual(third.messages, second.messages.slice(1));
  third.close();
  const stream = await client.post(slow(client, 3, 60, 2));
  assert.equal(stream.messages.at(-1).id, 3, 'answers never come there');
  const refused = await send(served.url, { method: 'GET', headers: client.own({ Accept: 'application/json' }) });
  assert.equal(refused.status, 406);
});

test('a request that lasts becomes a stream that says it is alive', async (t) => {
  const served = await serve(t);
  const client = await connected(served);
  const modern = open(served.url, modernPost('tools/call', { name: 'slow', arguments: { ms: 4200 } }));
  const lasting = await client.start(client.callOf('slow', { ms: 4200 }, 1));
  assert.equal(lasting.headers['content-type'], 'text/event-stream');
  assert.equal(lasting.messages.length, 0);
  assert.equal((await lasting.end()).messages[0].result.content[0].text, 'slept 4200');
  assert.match(lasting.text, /^id: \S+\ndata: \n\n/);
  assert.match((await (await modern).end()).text, /^:\n\n/);
});
