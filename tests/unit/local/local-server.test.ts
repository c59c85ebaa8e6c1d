import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, statSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { announcedIn, ownProcess } from '../../../backends/local/announced.ts';
import { LocalClient, LocalFault } from '../../../backends/local/local-client.ts';
import type { LocalHandlers } from '../../../backends/local/local-handlers.ts';
import { LocalServer } from '../../../backends/local/local-server.ts';
import type { LiveEvent } from '../../../lib/model/live-status.ts';
import { DIGEST, ScriptedDesk, waiting } from '../../support/approvals/scripted-desk.ts';
import { temporaryFolder } from '../../support/folder.ts';

const STATUS = {
  pid: 1,
  policy: 'test',
  mode: 'run',
  sinceMs: 0,
  clients: [],
  backends: [],
  budgets: [],
  stopped: [],
} as const;

async function served(t: TestContext, more: Partial<LocalHandlers> = {}) {
  const folder = join(temporaryFolder(t), 'run');
  const refused: Record<string, unknown>[] = [];
  const desk = new ScriptedDesk();
  let hear: ((event: LiveEvent) => void) | undefined;
  const handlers: LocalHandlers = {
    desk: async () => desk,
    status: () => STATUS,
    watch: async (heard) => {
      hear = heard;
      return () => {
        hear = undefined;
      };
    },
    turn: (work) => work(),
    refused: (fields) => void refused.push(fields),
    user: 'tester',
    ...more,
  };
  const place = { folder, stateDir: dirname(folder), own: ownProcess(), mode: 'run', client: undefined } as const;
  const server = await LocalServer.open(place, handlers);
  t.after(() => server.close());
  const [own] = announcedIn(folder);
  return {
    folder,
    server,
    desk,
    refused,
    own: own!,
    tell: (event: LiveEvent) => hear?.(event),
    watched: () => hear !== undefined,
  };
}

/** A raw connection: what it is sent, line by line. */
async function raw(t: TestContext, path: string) {
  const socket = connect(path);
  t.after(() => socket.destroy());
  socket.on('error', () => {});
  await new Promise((resolve) => socket.once('connect', resolve));
  const lines = createInterface({ input: socket })[Symbol.asyncIterator]();
  const next = async () => {
    const { value, done } = await lines.next();
    return done === true ? undefined : JSON.parse(value);
  };
  return { socket, next, closed: () => closed(socket) };
}

const closed = (socket: Socket) =>
  new Promise<void>((resolve) => (socket.destroyed ? resolve() : socket.once('close', () => resolve())));

test('the socket is for its owner alone and gone with the gateway', async (t) => {
  const { folder, server, own } = await served(t);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.equal(statSync(own.socket).mode & 0o777, 0o600);
  assert.deepEqual(
    { pid: own.pid, mode: own.mode, client: own.client },
    { pid: process.pid, mode: 'run', client: undefined },
  );
  await server.close();
  assert.equal(existsSync(folder), false);
});

test('what waits and what is going on can be looked at by whoever can reach the socket', async (t) => {
  const { folder, own, desk } = await served(t);
  desk.put(waiting('K7QF'), waiting('M2XX', { resource: 'files/write' }));
  const client = await LocalClient.to(own, folder);
  const { pending, more } = await client.ask('pending');
  assert.deepEqual(
    (pending as { id: string }[]).map(({ id }) => id),
    ['K7QF', 'M2XX'],
  );
  assert.equal(more, 0);
  assert.deepEqual((await client.ask('show', { request: 'M2XX' })).pending, desk.pending()[1]);
  await assert.rejects(client.ask('show', { request: 'NONE' }), /nothing waits under the name "NONE"/);
  assert.deepEqual((await client.ask('status')).status, STATUS);
  client.close();
});

test('ten thousand that wait are counted, and as many are listed as anybody can read', async (t) => {
  const { folder, own, desk } = await served(t);
  for (let i = 0; i < 10_000; i++) desk.put(waiting(`R${i}`));
  const client = await LocalClient.to(own, folder);
  const { pending, more } = await client.ask('pending');
  assert.equal((pending as unknown[]).length, 500);
  assert.equal(more, 9500);
  client.close();
});

test('who does not show which process it is changes nothing, is recorded, and is cut off in the end', async (t) => {
  const { own, desk, refused } = await served(t);
  desk.put(waiting('K7QF'));
  const { socket, next, closed } = await raw(t, own.socket);
  const answer = { v: 1, do: 'answer', request: 'K7QF', digest: DIGEST, approved: true, scope: 'once', calls: 1 };
  for (let id = 1; id <= 5; id++) {
    socket.write(`${JSON.stringify({ ...answer, id, ...(id > 2 && { claim: { pid: process.pid, fd: 0 } }) })}\n`);
    const said = await next();
    assert.equal(said.ok, false);
    assert.equal(said.error.code, 'SP6008');
  }
  await closed();
  assert.deepEqual(desk.answers, []);
  assert.equal(refused.length, 5);
  assert.deepEqual(refused[0], {
    verb: 'answer',
    subject: 'K7QF',
    why: 'it did not show which process it is',
    pid: undefined,
    code: 'SP6008',
  });
});

test('the gateway itself, and what descends from it, is no person', {
  skip: process.platform !== 'linux',
}, async (t) => {
  const { folder, own, desk } = await served(t);
  desk.put(waiting('K7QF'));
  const client = await LocalClient.to(own, folder);
  const answer = { request: 'K7QF', digest: DIGEST, approved: true, scope: 'once', calls: 1 };
  await assert.rejects(client.insist('answer', answer), /it was started by a gateway/);
  await assert.rejects(
    client.insist('grant', { resource: 'a/b', ttlMs: 1000, why: 'x' }),
    /it was started by a gateway/,
  );
  assert.deepEqual(
    readdirSync(folder).filter((name) => name.includes('.ask')),
    [],
  );
  client.close();
});

test('what is no request is answered with what is wrong with it, and the gateway goes on', async (t) => {
  const { own } = await served(t);
  const { socket, next } = await raw(t, own.socket);
  const wrongs: [string, number | null, RegExp][] = [
    ['not json', null, /one JSON object/],
    ['[1,2]', null, /one JSON object/],
    ['{"v":1}', null, /whole number as its `id`/],
    ['{"v":1,"id":"x","do":"status"}', null, /whole number/],
    ['{"v":2,"id":1,"do":"status"}', 1, /version 1/],
    ['{"v":1,"id":2,"do":"shutdown"}', 2, /`do` is one of/],
    ['{"v":1,"id":3,"do":"toString"}', 3, /`do` is one of/],
    ['{"v":1,"id":4,"do":"show"}', 4, /nothing waits/],
    ['{"v":1,"id":5,"do":"answer"}', 5, /`request` names/],
    [`{"v":1,"id":6,"do":"answer","request":"A","approved":"yes"}`, 6, /true or false/],
    [`{"v":1,"id":7,"do":"answer","request":"A","approved":true,"scope":"always"}`, 7, /`scope`/],
    [`{"v":1,"id":8,"do":"answer","request":"A","approved":true,"scope":"once","digest":"x"}`, 8, /`digest`/],
    [`{"v":1,"id":9,"do":"grant","resource":"nothing"}`, 9, /backend\/tool/],
    [`{"v":1,"id":10,"do":"grant","resource":"a/b","ttlMs":-1}`, 10, /milliseconds/],
    [`{"v":1,"id":11,"do":"grant","resource":"a/b","ttlMs":1,"why":""}`, 11, /says why/],
    ['\u0000\u001b[2J', null, /one JSON object/],
  ];
  for (const [line, id, why] of wrongs) {
    socket.write(`${line}\n`);
    const said = await next();
    assert.equal(said.id, id, line);
    assert.equal(said.ok, false, line);
    assert.match(said.error.text, why, line);
  }
  socket.write('{"v":1,"id":99,"do":"status"}\n');
  assert.equal((await next()).ok, true);
});

test('a line that never ends is refused, and its sender cut off', async (t) => {
  const { own, folder } = await served(t);
  const { socket, next, closed } = await raw(t, own.socket);
  socket.write('x'.repeat(200_000));
  const said = await next();
  assert.match(said.error.text, /at most 65536 bytes/);
  await closed();
  const client = await LocalClient.to(own, folder);
  assert.deepEqual((await client.ask('status')).status, STATUS);
  client.close();
});

test('requests that come all at once, in pieces of any size, are answered in their order', async (t) => {
  const { own } = await served(t);
  const { socket, next } = await raw(t, own.socket);
  const all = Array.from({ length: 500 }, (_, id) => `{"v":1,"id":${id},"do":"status"}\n`).join('');
  for (let at = 0; at < all.length; at += 7) socket.write(all.slice(at, at + 7));
  for (let id = 0; id < 500; id++) assert.equal((await next()).id, id);
});

test('of many that connect only some are let in, and others are when those leave', async (t) => {
  const { own } = await served(t);
  const inside = [];
  for (let i = 0; i < 16; i++) {
    const one = await raw(t, own.socket);
    one.socket.write('{"v":1,"id":1,"do":"status"}\n');
    assert.equal((await one.next()).ok, true);
    inside.push(one);
  }
  const late = await raw(t, own.socket);
  const said = await late.next();
  assert.equal(said.error.kind, 'busy');
  await late.closed();
  inside[0]!.socket.end();
  await inside[0]!.closed();
  const again = await raw(t, own.socket);
  again.socket.write('{"v":1,"id":1,"do":"status"}\n');
  assert.equal((await again.next()).ok, true);
});

test('who watches hears, who does not read misses some and is told how many, and nobody is watched for in vain', async (t) => {
  const { own, tell, watched } = await served(t);
  const { socket, next, closed } = await raw(t, own.socket);
  assert.equal(watched(), false);
  socket.write('{"v":1,"id":1,"do":"watch"}\n');
  assert.equal((await next()).ok, true);
  assert.equal(watched(), true);
  const event = (code: string): LiveEvent => ({ event: 'refused', atMs: 0, from: 'client', code });
  tell(event('first'));
  assert.equal((await next()).code, 'first');
  // More than the kernel and the gateway keep, in one go: nothing is read meanwhile.
  for (let i = 0; i < 2000; i++) tell(event('x'.repeat(1000)));
  let heard = 0;
  let told: { readonly code: string; readonly dropped?: number } | undefined;
  // What is left out is told with the next event that is not; each one that was read makes room.
  while (told?.dropped === undefined) {
    tell(event('later'));
    told = await next();
    heard++;
  }
  assert.ok(heard > 100, `only ${heard} were told`);
  assert.ok(told.dropped > 500, `${told.dropped} were left out`);
  socket.destroy();
  await closed();
});

test('a handler that throws is an answer, not the end', async (t) => {
  const fail = () => {
    throw new Error('out of order');
  };
  const { folder, own } = await served(t, { status: fail });
  const client = await LocalClient.to(own, folder);
  await assert.rejects(client.ask('status'), /out of order/);
  assert.deepEqual((await client.ask('pending')).pending, []);
  client.close();
});

test('a gateway that ends while somebody waits fails what they asked', async (t) => {
  const { folder, own, server } = await served(t);
  const client = await LocalClient.to(own, folder);
  await client.ask('status');
  const ended = new Promise<void>((resolve) => {
    client.onEnd = resolve;
  });
  await server.close();
  await ended;
  await assert.rejects(client.ask('status'), /the gateway has ended/);
});

test('a program that shows who it is writes nothing for a gateway but the kind of word that gateways choose', async (t) => {
  const folder = join(temporaryFolder(t), 'run');
  mkdirSync(folder, { mode: 0o700 });
  const path = join(folder, 'hostile.sock');
  const challenge = { file: `${'a'.repeat(32)}.ask`, read: 1, word: '* * * * * root id\n#' };
  const server = createServer((socket) => {
    createInterface({ input: socket }).on('line', (line) => {
      const { id } = JSON.parse(line) as { id: number };
      socket.write(`${JSON.stringify({ v: 1, id, ok: true, challenge })}\n`);
    });
  });
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => server.close());
  const client = await LocalClient.to({ socket: path }, folder);
  t.after(() => client.close());
  await assert.rejects(client.insist('grant', {}), (error) => {
    return error instanceof LocalFault && error.message === 'the gateway asks for another word';
  });
  assert.deepEqual(readdirSync(folder), ['hostile.sock']);
});
