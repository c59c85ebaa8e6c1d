import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  type Answering,
  type ConnectClient,
  choose,
  connectV1,
  connectV2,
} from '../../support/approvals/agreeing-client.ts';
import { servedDesk } from '../../support/approvals/desk.ts';
import { endWith, temporaryFolder } from '../../support/folder.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { logged } from '../../support/mcp/upstream.ts';
import { auditFiles, fixtureBackend, readLines } from '../../support/program/gateway.ts';
import { serve } from '../../support/program/serve.ts';

const ASKS = 'policies: { tools: { "fix/echo": { action: require_approval } } }\n';
const HASTY = 'approvals: { timeout: 1s }\n';
const CLIENTS: Record<string, ConnectClient> = { 'SDK v1': connectV1, 'SDK v2, modern': connectV2 };

const textOf = (result: Message) => result.content[0].text as string;
const denialOf = (result: Message) => result._meta['dev.sallyport/denial'];

interface Options {
  readonly more?: string;
  readonly connect?: ConnectClient;
  readonly answering?: Answering;
  readonly home?: string;
}

/** A gateway with somebody at its desk, and a client. */
async function scene(t: TestContext, { more = '', connect = connectV1, answering, home }: Options = {}) {
  const log = join(home ?? temporaryFolder(t), 'received');
  const backends = fixtureBackend('fix', ['--log', log]);
  const served = await servedDesk(t, { backends, more: `${ASKS}${more}`, ...(home === undefined ? {} : { home }) });
  const client = await connect({ url: served.url }, answering);
  endWith(t, () => client.close());
  /** Arguments of the calls the backend has received. */
  const sent = () => logged(log).flatMap(({ method, params }) => (method === 'tools/call' ? [params.arguments] : []));
  const records = (): Message[] =>
    auditFiles(served.running.auditDir).flatMap((file) => readLines(file).map((line) => JSON.parse(line)));
  return { ...served, client, sent, records };
}

/** What the log says of calls that were made under an agreement. */
function agreedIn(records: readonly Message[]): Message[] {
  return records.filter(({ kind, decision, approval }) => kind === 'call' && decision === 'allow' && approval);
}

for (const [who, connect] of Object.entries(CLIENTS)) {
  test(`${who} that cannot ask waits until somebody at the desk agrees`, async (t) => {
    const { client, desk, sent, records } = await scene(t, { connect });
    const call = client.call('echo', { text: 'please' });
    const asked = await desk.asked();
    assert.deepEqual(asked.lines, ['text: "please"']);
    assert.deepEqual([asked.resource, asked.action, asked.calls, asked.isWhole], ['fix/echo', 'tools/call', 1, true]);
    assert.deepEqual(sent(), []);
    assert.equal(desk.answer(asked.id, true), undefined);
    assert.equal(textOf(await call), 'please');
    assert.deepEqual(sent(), [{ text: 'please' }]);
    const [{ approval }] = agreedIn(records()) as [Message];
    assert.deepEqual(
      [approval.request, approval.by, approval.channel, approval.assurance],
      [asked.id, 'ana', 'terminal', 'same-user'],
    );
  });

  test(`${who} that waited in vain is told to come again, and its call then goes through once`, async (t) => {
    const { client, desk, sent, records } = await scene(t, { connect, more: HASTY });
    const told = await client.call('echo', { text: 'later' });
    const { code, retry } = denialOf(told);
    assert.deepEqual([code, retry], ['SP6004', 'after_approval']);
    const asked = await desk.asked();
    assert.ok(textOf(told).includes(asked.id));
    assert.doesNotMatch(textOf(told), /approvals|https?:|sallyport/i, 'the model is shown no way to agree');
    assert.equal(asked.calls, 0);
    assert.equal(desk.answer(asked.id, true), undefined);
    assert.deepEqual(desk.pending, []);
    assert.equal(textOf(await client.call('echo', { text: 'later' })), 'later');
    assert.deepEqual(sent(), [{ text: 'later' }]);
    const third = client.call('echo', { text: 'later' });
    const anew = await desk.asked();
    assert.notEqual(anew.id, asked.id);
    desk.answer(anew.id, false);
    assert.equal(denialOf(await third).code, 'SP6001');
    assert.equal(sent().length, 1);
    assert.equal(agreedIn(records()).length, 1);
  });

  test(`${who}: of two calls that come for one agreement at once exactly one is made`, async (t) => {
    const { client, desk, sent } = await scene(t, { connect, more: HASTY });
    await client.call('echo', { text: 'one' });
    desk.answer((await desk.asked()).id, true);
    const both = [client.call('echo', { text: 'one' }), client.call('echo', { text: 'one' })];
    const left = await desk.asked();
    assert.equal(textOf(await Promise.race(both)), 'one');
    desk.answer(left.id, false);
    const results = await Promise.all(both);
    assert.deepEqual(results.map((result) => result.isError === true).sort(), [false, true]);
    assert.equal(sent().length, 1);
  });

  test(`${who}: an agreement is worth nothing for other arguments`, async (t) => {
    const { client, desk, sent } = await scene(t, { connect, more: HASTY });
    await client.call('echo', { text: 'small', n: 9007199254740992 });
    desk.answer((await desk.asked()).id, true);
    const call = client.call('echo', { text: 'large', n: 1 });
    desk.answer((await desk.asked()).id, false);
    assert.equal(denialOf(await call).code, 'SP6001');
    assert.deepEqual(sent(), []);
  });

  test(`${who} that leaves takes its question along, and an answer then is for nothing`, async (t) => {
    const { client, desk, sent } = await scene(t, { connect });
    const leaving = new AbortController();
    const call = client.call('echo', { text: 'x' }, leaving.signal);
    const { id } = await desk.asked();
    leaving.abort();
    await assert.rejects(call);
    await desk.until(({ length }) => length === 0);
    assert.equal(desk.answer(id, true)!.code, 'SP6006');
    assert.deepEqual(sent(), []);
  });
}

test('a call that waits for a person says every while that it still does', async (t) => {
  const { client, desk } = await scene(t);
  const call = client.call('echo', { text: 'slow' });
  const { id } = await desk.asked();
  await client.progressed();
  assert.match(client.progress[0].message, /waiting for a person/);
  desk.answer(id, true);
  assert.equal(textOf(await call), 'slow');
});

test('an answer that comes when calls wait no longer is refused where nothing waits on', async (t) => {
  const { client, desk, sent } = await scene(t, { more: 'approvals: { timeout: 1s, on_timeout: deny }\n' });
  const call = client.call('echo', { text: 'x' });
  const { id } = await desk.asked();
  assert.equal(denialOf(await call).code, 'SP6002');
  assert.equal(desk.answer(id, true)!.code, 'SP6006');
  const again = client.call('echo', { text: 'x' });
  desk.answer((await desk.asked()).id, false);
  await again;
  assert.deepEqual(sent(), []);
});

test('of a client and a desk that answer one question the first one counts, and the log says which', async (t) => {
  let openForm = () => {};
  const formIsOpen = new Promise<void>((resolve) => {
    openForm = resolve;
  });
  const never = new Promise<Message>(() => {});
  const answering = () => {
    openForm();
    return never;
  };
  const { client, desk, records } = await scene(t, { answering });
  const call = client.call('echo', { text: 'x' });
  await formIsOpen;
  desk.answer((await desk.asked()).id, true);
  assert.equal(textOf(await call), 'x');
  assert.equal(agreedIn(records())[0]!.approval.channel, 'terminal');
});

test('a desk that answers after the client has is told that nothing waits', async (t) => {
  const { client, desk, records } = await scene(t, { answering: choose('once') });
  const call = client.call('echo', { text: 'x' });
  const { id } = await desk.asked();
  await call;
  assert.equal(desk.answer(id, true)!.code, 'SP6006');
  const answered = records().filter(({ event }) => event === 'approval_answered');
  assert.deepEqual(
    answered.map(({ channel }) => channel),
    ['client'],
  );
  assert.equal(agreedIn(records())[0]!.approval.channel, 'client');
});

test('a policy that is changed while a call waits makes the answer worth nothing', async (t) => {
  const { client, desk, file, running, sent, records } = await scene(t);
  const call = client.call('echo', { text: 'x' });
  const { id } = await desk.asked();
  writeFileSync(file, readFileSync(file, 'utf8').replace('"fix/echo"', '"fix/e*"'));
  await running.reload();
  assert.equal(desk.answer(id, true)!.code, 'SP6006');
  assert.equal(denialOf(await call).code, 'SP6006');
  assert.deepEqual(sent(), []);
  assert.equal(records().filter(({ kind, code }) => kind === 'call' && code === 'SP6006').length, 1);
});

test('a tool that is changed while a call of it waits is not called, whatever the answer', async (t) => {
  const { client, desk, sent, records } = await scene(t);
  const call = client.call('echo', { text: 'x' });
  const { id } = await desk.asked();
  const tools = [{ name: 'echo', description: 'does something else now', inputSchema: { type: 'object' } }];
  await client.call('set_tools', { tools });
  await client.request('tools/list');
  desk.answer(id, true);
  const result = await call;
  assert.equal(result.isError, true);
  assert.match(denialOf(result).code, /^SP(4|6|5)/);
  assert.equal(
    sent().some(({ text }) => text === 'x'),
    false,
  );
  const last = records().findLast(({ kind, resource }) => kind === 'call' && resource === 'fix/echo')!;
  assert.ok(
    last.decision === 'deny' ||
      records().some(({ kind, id: of, outcome }) => kind === 'done' && of === last.id && outcome === 'failed'),
  );
});

test('a gateway that was killed while a question waited leaves it to the next one', async (t) => {
  const home = temporaryFolder(t);
  const log = join(home, 'received');
  const backends = fixtureBackend('fix', ['--log', log]);
  const killed = await serve(t, { home, backends, more: ASKS });
  let openForm = () => {};
  const formIsOpen = new Promise<void>((resolve) => {
    openForm = resolve;
  });
  const answering = () => {
    openForm();
    return new Promise<Message>(() => {});
  };
  const waiting = await connectV1({ url: killed.url }, answering);
  const lost = waiting.call('echo', { text: 'x' }).catch(() => 'lost');
  await formIsOpen;
  await killed.end('SIGKILL');
  await waiting.close();
  const { client, desk, sent } = await scene(t, { home });
  const asked = await desk.asked();
  assert.deepEqual([asked.lines, asked.calls], [['text: "x"'], 0]);
  assert.equal(desk.answer(asked.id, true), undefined);
  assert.equal(textOf(await client.call('echo', { text: 'x' })), 'x');
  assert.deepEqual(sent(), [{ text: 'x' }]);
  void lost;
});
