import assert from 'node:assert/strict';
import { Agent, request } from 'node:http';
import { test } from 'node:test';
import { type Headers, type HttpOptions, modernPost, posted } from '../../support/http/http.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { type OwnFront, ownFront } from '../../support/program/front.ts';
import { fixtureBackend } from '../../support/program/gateway.ts';
import { childrenOf, found, NEEDS_PROC } from '../../support/program/survivors.ts';

const REQUESTS = 10_000;
const WORKERS = 16;
const SESSIONS_WITH_PROCESSES = 6;

interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
}

/** Sends a request over one of a few connections; with `after`, breaks it off so many milliseconds later. */
function ask(agent: Agent, url: string, options: HttpOptions, after?: number): Promise<Answer | 'broken'> {
  return new Promise((resolve) => {
    const headers = Object.fromEntries(
      Object.entries(options.headers ?? {}).filter(([, value]) => value !== undefined),
    );
    const asked = request(url, { agent, method: options.method ?? 'POST', headers: headers as Record<string, string> });
    asked.on('error', () => resolve('broken'));
    asked.on('response', (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (more: string) => {
        text += more;
      });
      response.on('error', () => resolve('broken'));
      response.on('close', () => resolve({ status: response.statusCode!, headers: response.headers, text }));
    });
    asked.end(options.body);
    if (after !== undefined) setTimeout(() => asked.destroy(), after);
  });
}

const initialize = (params: Message = {}) => {
  const facts = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'raw', version: '1' } };
  return posted({ jsonrpc: '2.0', id: 1, method: 'initialize', params: { ...facts, ...params } });
};
const echo = { name: 'one__echo', arguments: { text: 'hi' } };
const call = (name: string, args: Message = {}) => ({
  ...{ jsonrpc: '2.0', id: 2, method: 'tools/call' },
  params: { name, arguments: args, _meta: { progressToken: 'p' } },
});

/** What a client may do, well or badly: each answers with the statuses it may get. */
const DEEDS: ((own: OwnFront, agent: Agent, turn: number) => Promise<void>)[] = [
  (own, agent) => expect(own, agent, modernPost('tools/call', echo), 200),
  (own, agent) => expect(own, agent, modernPost('tools/call', echo, { 'Mcp-Name': 'wrong' }), 400),
  (own, agent) => expect(own, agent, modernPost('tools/call', { name: 'nobody' }), 200),
  (own, agent) => expect(own, agent, modernPost('unknown/method'), 404),
  (own, agent) => expect(own, agent, modernPost('tools/list', {}, { Host: 'evil.example' }), 403),
  (own, agent) => expect(own, agent, modernPost('tools/list', {}, { Accept: 'text/html' }), 406),
  (own, agent) => expect(own, agent, { ...posted(''), body: '{"jsonrpc":"2.0",' }, 400),
  (own, agent) => expect(own, agent, { ...posted(''), body: `"${'x'.repeat(30_000)}"` }, 413, 'broken'),
  (own, agent) => expect(own, agent, posted({ jsonrpc: '2.0', id: 1, method: 'ping' }, { 'Mcp-Session-Id': 'x' }), 404),
  (own, agent) => expect(own, agent, { method: 'GET', headers: { 'Mcp-Session-Id': 'x' } }, 404),
  (own, agent) => expect(own, agent, initialize({ protocolVersion: 7 }), 200),
  (own, agent) => expect(own, agent, initialize({ capabilities: undefined }), 200),
  (own, agent, turn) => breakOff(own, agent, modernPost('tools/call', { name: 'one__hang' }), turn % 4),
  (own, agent, turn) => breakOff(own, agent, modernPost('tools/call', slow()), turn % 40),
  (own, agent, turn) => breakOff(own, agent, modernPost('subscriptions/listen', { notifications: {} }), turn % 10),
  (own, agent, turn) => breakOff(own, agent, initialize(), turn % 3),
  (own, agent, turn) => session(own, agent, turn),
];

function slow(): Message {
  const meta = JSON.parse(modernPost('x').body as string).params._meta;
  return { name: 'one__slow', arguments: { ms: 30, steps: 3 }, _meta: { ...meta, progressToken: 1 } };
}

async function expect(own: OwnFront, agent: Agent, options: HttpOptions, ...statuses: (number | string)[]) {
  const answer = await ask(agent, own.url, options);
  assert.ok(statuses.includes(answer === 'broken' ? answer : answer.status), JSON.stringify(answer));
}

async function breakOff(own: OwnFront, agent: Agent, options: HttpOptions, after: number): Promise<void> {
  await ask(agent, own.url, options, after);
}

let withProcesses = 0;

/** A session from its beginning to its end, which some clients leave to us. */
async function session(own: OwnFront, agent: Agent, turn: number): Promise<void> {
  const opened = (await ask(agent, own.url, initialize())) as Answer;
  assert.equal(opened.status, 200, opened.text);
  const headers: Headers = { 'Mcp-Session-Id': String(opened.headers['mcp-session-id']) };
  await ask(agent, own.url, posted({ jsonrpc: '2.0', method: 'notifications/initialized' }, headers));
  if (withProcesses++ < SESSIONS_WITH_PROCESSES) {
    await ask(agent, own.url, posted(call('one__slow', { ms: 40, steps: 4 }), headers));
    void ask(agent, own.url, posted(call('one__hang'), headers), 5 * (turn % 2 === 0 ? 1 : 1000));
  }
  await ask(agent, own.url, { method: 'GET', headers: { ...headers, Accept: 'text/event-stream' } }, turn % 4);
  await expect(own, agent, { method: 'DELETE', headers }, 204);
}

test('ten thousand requests, most of them bad, leave nothing behind', { skip: NEEDS_PROC }, async (t) => {
  const own = await ownFront(t, {
    // Who breaks off while the handshake is answered leaves a session that nobody can end but its idle time.
    server: { session_idle: '1s', max_sessions: 5000, max_sessions_per_client: 5000 },
    backends: fixtureBackend('one', [], { era: 'legacy' }) + fixtureBackend('two', [], { era: 'legacy' }),
    more: 'limits: { max_frame_bytes: 20000 }\naudit: { enabled: false }\n',
  });
  const agent = new Agent({ keepAlive: true, maxSockets: 2 * WORKERS });
  let turn = 0;
  await Promise.all(
    Array.from({ length: WORKERS }, async () => {
      while (turn < REQUESTS) {
        const mine = turn++;
        await DEEDS[mine % DEEDS.length]!(own, agent, mine);
      }
    }),
  );
  agent.destroy();
  const { front, running, listener } = own;
  const { gateway, budget } = running;
  const left = async () => ({
    sessions: front.sessions.size,
    requests: front.running.size,
    streams: front.pulse.size,
    replay: front.sessions.replayBytes,
    unread: front.pulse.unread.used,
    unfinished: budget.used,
    clients: gateway.sessions.size,
    connections: await listener.connections,
    calls: [...gateway.sessions].filter(({ busy }) => busy).length,
    // One for what single requests share; the guardian is a process of its own.
    backends: childrenOf(process.pid).length <= 2 ? 0 : childrenOf(process.pid).length,
  });
  const nothing = Object.fromEntries(Object.keys(await left()).map((key) => [key, 0]));
  await found(
    async () => (JSON.stringify(await left()) === JSON.stringify(nothing) ? true : undefined),
    10_000,
    'the end of everything',
  ).catch(async () => assert.deepEqual(await left(), nothing));
  await expect(own, new Agent(), modernPost('tools/call', echo), 200);
});
