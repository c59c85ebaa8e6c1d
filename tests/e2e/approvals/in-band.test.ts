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
import { endWith, temporaryFolder } from '../../support/folder.ts';
import type { Target } from '../../support/matrix/target.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { CLI } from '../../support/paths.ts';
import { auditFiles, fixtureBackend, isolatedHome, readLines } from '../../support/program/gateway.ts';
import { serve } from '../../support/program/serve.ts';

const ASKS = 'policies: { tools: { "fix/echo": { action: require_approval } } }\n';

interface Place {
  readonly target: Target;
  /** Raw lines its backend has received. */
  received(): Message[];
  records(): Message[];
}

type Open = (t: TestContext, more?: string) => Promise<Place>;

/** Behind the standard streams of a child. */
const overStdio: Open = async (t, more = ASKS) => {
  const home = temporaryFolder(t);
  const log = join(home, 'received');
  const config = join(home, 'sallyport.yaml');
  writeFileSync(config, `version: 1\nbackends:\n${fixtureBackend('fix', ['--log', log])}${more}`);
  const env = { ...(process.env as Record<string, string>), ...isolatedHome(home) };
  const target = { command: process.execPath, args: [CLI, 'run', '--config', config], env };
  return placeOf(target, home, log);
};

/** Behind the HTTP of a shared gateway. */
const overHttp: Open = async (t, more = ASKS) => {
  const home = temporaryFolder(t);
  const log = join(home, 'received');
  const served = await serve(t, { home, backends: fixtureBackend('fix', ['--log', log]), more });
  return placeOf({ url: served.url }, home, log);
};

function placeOf(target: Target, home: string, log: string): Place {
  const dir = join(home, 'state', 'sallyport', 'audit');
  return {
    target,
    received: () =>
      readFileSync(log, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line)),
    records: () => auditFiles(dir).flatMap((file) => readLines(file).map((line) => JSON.parse(line))),
  };
}

const PLACES: Record<string, Open> = { stdio: overStdio, HTTP: overHttp };
const CLIENTS: Record<string, ConnectClient> = { 'SDK v1': connectV1, 'SDK v2, modern': connectV2 };

const textOf = (result: Message) => result.content[0].text as string;
const codeOf = (result: Message) => result._meta['dev.sallyport/denial'].code as string;
const callsIn = (place: Place) => place.received().filter(({ method }) => method === 'tools/call');
const decisionsIn = (place: Place) =>
  place.records().filter(({ kind, resource }) => kind === 'call' && resource === 'fix/echo');

async function opened(t: TestContext, open: Open, connect: ConnectClient, answering?: Answering, more?: string) {
  const place = await open(t, more);
  const client = await connect(place.target, answering);
  endWith(t, () => client.close());
  return { place, client };
}

for (const [where, open] of Object.entries(PLACES)) {
  for (const [who, connect] of Object.entries(CLIENTS)) {
    const title = (text: string) => `${who} over ${where}: ${text}`;

    test(title('a call is made as it was shown, once, when its user agrees to it'), async (t) => {
      const { place, client } = await opened(t, open, connect, choose('once'));
      const args = { text: 'hello', note: 'delete\u202e everything', n: 1.5 };
      assert.equal(textOf(await client.call('echo', args)), args.text);
      assert.equal(client.asked.length, 1);
      const [{ message, requestedSchema }] = client.asked;
      assert.match(message, /^\[sallyport\] agreeing-client\/1\.0\.0 wants fix\/echo/);
      assert.match(message, /note: "delete\\u202e everything"/);
      assert.match(message, /Rule: policies\.tools/);
      assert.doesNotMatch(message, /\u202e/);
      assert.equal(requestedSchema.properties.decision.default, 'deny');
      const [sent, ...others] = callsIn(place);
      assert.deepEqual([sent.params.arguments, others], [args, []]);
      await client.call('echo', args);
      assert.equal(client.asked.length, 2, 'once is once');
      await client.close();
      const records = decisionsIn(place);
      const agreed = records.filter(({ decision }) => decision === 'allow');
      assert.equal(agreed.length, 2);
      for (const { approval, code } of agreed) {
        assert.equal(code, undefined);
        assert.deepEqual([approval.scope, approval.channel, approval.assurance], ['once', 'client', 'in-band']);
      }
      assert.notEqual(agreed[0]!.approval.grant, agreed[1]!.approval.grant);
      const rounds = records.filter(({ decision }) => decision === 'require_approval');
      assert.equal(rounds.length, connect === connectV2 ? 2 : 0);
      const done = place.records().filter(({ kind }) => kind === 'done');
      for (const { id } of agreed) assert.equal(done.filter((record) => record.id === id).length, 1);
    });

    test(
      title('an agreement for the session is not asked for twice, and other arguments are asked about'),
      async (t) => {
        const { place, client } = await opened(t, open, connect, choose('session'));
        await client.call('echo', { text: 'a' });
        await client.call('echo', { text: 'a' });
        assert.equal(client.asked.length, 1);
        await client.call('echo', { text: 'b' });
        assert.equal(client.asked.length, 2);
        assert.deepEqual(
          callsIn(place).map(({ params }) => params.arguments.text),
          ['a', 'a', 'b'],
        );
      },
    );

    const NOES: Record<string, Answering> = {
      'chooses to deny': choose('deny'),
      declines: () => ({ action: 'decline' }),
      'closes the form': () => ({ action: 'cancel' }),
      'brings a choice that was not offered': choose('always'),
    };
    for (const [what, answering] of Object.entries(NOES)) {
      test(title(`a call is not made when its user ${what}`), async (t) => {
        const { place, client } = await opened(t, open, connect, answering);
        const result = await client.call('echo', { text: 'no' });
        assert.equal(result.isError, true);
        assert.equal(codeOf(result), 'SP6001');
        assert.doesNotMatch(textOf(result), /sallyport approvals|https?:/);
        assert.equal(callsIn(place).length, 0);
        await client.close();
        const denied = decisionsIn(place).at(-1)!;
        assert.deepEqual([denied.decision, denied.code], ['deny', 'SP6001']);
      });
    }

    test(title('where nobody can be asked the answer comes at once'), async (t) => {
      const { place, client } = await opened(t, open, connect);
      const result = await client.call('echo', { text: 'no' });
      assert.equal(codeOf(result), 'SP6003');
      assert.equal(callsIn(place).length, 0);
    });

    test(title('a client that can only open links cannot be asked'), async (t) => {
      const place = await open(t);
      const client = await connect(place.target, choose('once'), { url: {} });
      endWith(t, () => client.close());
      assert.equal(codeOf(await client.call('echo', {})), 'SP6003');
      assert.equal(client.asked.length, 0);
    });

    test(title('what destroys is not for the client to agree to where that is asked for'), async (t) => {
      const more = `${ASKS}approvals: { require_out_of_band: ["fix/echo"] }\n`;
      const { client } = await opened(t, open, connect, choose('once'), more);
      assert.equal(codeOf(await client.call('echo', {})), 'SP6003');
      assert.equal(client.asked.length, 0);
    });

    test(title('a client that answers by itself is seen by how fast it was'), async (t) => {
      const { place, client } = await opened(t, open, connect, choose('once'));
      await client.call('echo', {});
      await client.close();
      const answered = place.records().find(({ event }) => event === 'approval_answered')!;
      assert.equal(typeof answered.answered_ms, 'number');
      assert.equal(answered.quick, answered.answered_ms < 500 ? true : undefined);
      const { approval } = decisionsIn(place).find(({ decision }) => decision === 'allow')!;
      assert.equal(approval.answeredMs, answered.answered_ms);
    });

    test(title('a path that policy rewrites is shown and sent as it was rewritten'), async (t) => {
      const home = temporaryFolder(t);
      const rule = { action: 'require_approval', paths: { in: ['path'], allow: [home], rewrite: true } };
      const more = `policies: ${JSON.stringify({ tools: { 'fix/echo': rule } })}\n`;
      const { place, client } = await opened(t, open, connect, choose('once'), more);
      await client.call('echo', { path: `${home}/./x/../notes.txt` });
      const [sent] = callsIn(place);
      assert.equal(sent.params.arguments.path, join(home, 'notes.txt'));
      assert.match(client.asked[0]!.message, new RegExp(`path: "${join(home, 'notes.txt')}"`));
    });
  }
}

test('a client of 2025-06-18 is shown the choices in the words it knows', async (t) => {
  const { GatewayPeer } = await import('../../support/program/gateway.ts');
  const gateway = new GatewayPeer(t, 'run', [], { config: `version: 1\nbackends:\n${fixtureBackend('fix')}${ASKS}` });
  await gateway.initialize({ protocolVersion: '2025-06-18', capabilities: { elicitation: {} } });
  const call = gateway.call('echo', { text: 'x' });
  const question = await gateway.until(({ method }) => method === 'elicitation/create');
  const { decision } = question.params.requestedSchema.properties;
  assert.deepEqual([decision.enum[0], decision.enumNames[0], decision.oneOf], ['deny', 'Deny', undefined]);
  assert.equal(question.params.mode, undefined);
  gateway.send({ jsonrpc: '2.0', id: question.id, result: { action: 'accept', content: { decision: 'once' } } });
  assert.equal((await call).result.content[0].text, 'x');
});
