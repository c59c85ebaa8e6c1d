import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type HouseClient, Houses } from '../support/engine/houses.ts';
import type { Message } from '../support/mcp/lines.ts';
import type { ScriptedServer } from '../support/mcp/scripted-server.ts';

/** What only one principal may ever see; neither text is part of the other. */
const SECRETS = { ana: 'ANA-7f3a', bob: 'BOB-91c2' } as const;
type Subject = keyof typeof SECRETS;
const SUBJECTS = ['ana', 'bob'] as const;
const CAN = { elicitation: { form: {} }, sampling: {} };
const BACKENDS = { old: 'legacy', new: 'modern' } as const;

/** What one principal does, or a server, or time. All ids, tokens and names are the same for both. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('call' as const), who: fc.nat(1), over: fc.nat(1), to: fc.nat(1), id: fc.nat(2) }),
  fc.record({ kind: fc.constant('cancel' as const), who: fc.nat(1), id: fc.nat(2) }),
  fc.record({ kind: fc.constant('list' as const), who: fc.nat(1), over: fc.nat(1) }),
  fc.record({ kind: fc.constant('subscribe' as const), who: fc.nat(1) }),
  fc.record({ kind: fc.constant('leave' as const), who: fc.nat(1) }),
  fc.record({ kind: fc.constant('answer' as const), which: fc.nat(20) }),
  fc.record({ kind: fc.constant('chatter' as const), which: fc.nat(20), what: fc.nat(4) }),
);

/** A server that leaves calls open and knows whose secret it was told last. */
interface Told {
  readonly server: ScriptedServer;
  readonly open: { id: string | number; secret: string }[];
}

const settle = async () => {
  for (let i = 0; i < 4; i++) await new Promise(setImmediate);
};

const call = (who: Subject, to: 'old' | 'new', id: number): Message => ({
  id,
  method: 'tools/call',
  params: { name: `${to}__work`, arguments: { secret: SECRETS[who] }, _meta: { progressToken: 't' } },
});

class Play {
  readonly houses: Houses;
  readonly told: Told[] = [];
  readonly clients: Record<Subject, HouseClient[]> = { ana: [], bob: [] };
  readonly sessions: Partial<Record<Subject, HouseClient>> = {};

  constructor(houses: Houses) {
    this.houses = houses;
  }

  watch(server: ScriptedServer): void {
    const told: Told = { server, open: [] };
    this.told.push(told);
    server.onRequest('tools/call', ({ id, params }) => {
      told.open.push({ id, secret: params.arguments.secret });
      return undefined;
    });
    server.onRequest('resources/subscribe', () => ({}));
    server.onRequest('subscriptions/listen', () => undefined);
  }

  async session(who: Subject): Promise<HouseClient> {
    const known = this.sessions[who];
    if (known !== undefined) return known;
    const client = this.houses.session(who);
    this.sessions[who] = client;
    this.clients[who].push(client);
    const params = { protocolVersion: '2025-11-25', capabilities: CAN, clientInfo: { name: 'same', version: '1' } };
    client.send({ id: 'init', method: 'initialize', params });
    client.send({ method: 'notifications/initialized' });
    client.send({ id: 'list', method: 'tools/list' });
    await client.answer('list');
    return client;
  }

  visit(who: Subject): HouseClient {
    const client = this.houses.visit(who, CAN);
    this.clients[who].push(client);
    return client;
  }

  chatter({ server, open }: Told, what: number): void {
    const secret = open.at(-1)?.secret;
    if (secret === undefined) return;
    const id = open.at(-1)!.id;
    if (what === 0) server.notify('notifications/progress', { progressToken: id, progress: 1, message: secret });
    else if (what === 1) server.notify('notifications/message', { level: 'error', data: secret });
    else if (what === 2) server.notify('notifications/resources/updated', { uri: `file:///${secret}` });
    else if (what === 3) server.notify('notifications/tools/list_changed');
    else server.send({ id: 'q', jsonrpc: '2.0', method: 'elicitation/create', params: { message: secret } });
  }
}

test('no byte of one principal reaches another, or a server that works for another, whatever the timing', async (t) => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 40 }), async (steps) => {
      const play: Play = new Play(new Houses(t, BACKENDS, (server) => play.watch(server)));
      for (const next of steps) {
        const who = 'who' in next ? SUBJECTS[next.who]! : 'ana';
        if (next.kind === 'call' || next.kind === 'list') {
          const client = next.over === 0 ? await play.session(who) : play.visit(who);
          const message = next.kind === 'list' ? { id: 'l', method: 'tools/list' } : undefined;
          client.send(
            message ?? call(who, (['old', 'new'] as const)[(next as { to: number }).to]!, (next as { id: number }).id),
          );
        } else if (next.kind === 'cancel') {
          (await play.session(who)).send({ method: 'notifications/cancelled', params: { requestId: next.id } });
        } else if (next.kind === 'subscribe') {
          (await play.session(who)).send({ id: 's', method: 'resources/subscribe', params: { uri: 'old+file:///' } });
        } else if (next.kind === 'leave') {
          play.clients[who].pop()?.end();
          delete play.sessions[who];
        } else if (play.told.length > 0) {
          const told = play.told[next.which % play.told.length]!;
          if (next.kind === 'chatter') play.chatter(told, next.what);
          else {
            const [done] = told.open.splice(next.which % Math.max(1, told.open.length), 1);
            if (done !== undefined) told.server.result(done.id, { content: [{ type: 'text', text: done.secret }] });
          }
        }
        await settle();
      }
      for (const who of SUBJECTS) {
        const other = SECRETS[who === 'ana' ? 'bob' : 'ana'];
        for (const { received } of play.clients[who]) assert.ok(!received.lines.join('\n').includes(other));
      }
      for (const { server } of play.told) {
        const seen = server.lines.join('\n');
        assert.ok(!(seen.includes(SECRETS.ana) && seen.includes(SECRETS.bob)), 'a server works for one principal');
      }
      await play.houses.gateway.close(true);
    }),
    { numRuns: 60 },
  );
});

test('what one principal was given is of no use to another: cursors, states, tasks and the ids of sessions', async (t) => {
  const play: Play = new Play(
    new Houses(t, { old: 'legacy' }, (server) => {
      server.tools = Array.from({ length: 3 }, (_, index) => ({
        name: `work${index}`,
        inputSchema: { type: 'object' },
      }));
      server.onRequest('tools/list', () => ({ tools: server.tools, nextCursor: 'more' }));
      play.watch(server);
    }),
  );
  const ana = await play.session('ana');
  const { nextCursor } = (await ana.answer('list')).result;
  const bob = await play.session('bob');
  bob.send({ id: 'foreign', method: 'tools/list', params: { cursor: nextCursor } });
  assert.equal((await bob.answer('foreign')).error.code, -32602);
  const visit = play.visit('ana');
  visit.send({ id: 1, method: 'tools/call', params: { name: 'work0', arguments: { secret: SECRETS.ana } } });
  const told = () => play.told.find(({ open }) => open.length > 0);
  while (told() === undefined) await settle();
  told()!.server.send({ id: 'q', jsonrpc: '2.0', method: 'elicitation/create', params: { message: 'Go on?' } });
  const { requestState, inputRequests } = (await visit.answer(1)).result;
  const [key] = Object.keys(inputRequests);
  assert.equal(typeof requestState, 'string');
  for (const [who, code] of [
    ['bob', -32602],
    ['ana', undefined],
  ] as const) {
    const retry = play.visit(who);
    const params = {
      name: 'work0',
      arguments: { secret: SECRETS.ana },
      requestState,
      inputResponses: { [key!]: { action: 'accept' } },
    };
    if (who === 'bob') {
      retry.send({ id: 'l', method: 'tools/list' });
      await retry.answer('l');
    }
    retry.send({ id: 2, method: 'tools/call', params });
    if (code !== undefined) assert.equal((await retry.answer(2)).error.code, code);
    else {
      while (!told()!.server.messages.some(({ id, result }) => id === 'q' && result !== undefined)) await settle();
    }
  }
});
