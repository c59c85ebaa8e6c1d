import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { HttpScene, type SceneOptions } from '../../../support/http/http-scene.ts';
import { RawHttp, type Received } from '../../../support/http/raw-http.ts';
import type { Message } from '../../../support/mcp/lines.ts';

const RESULT = { a: 1, b: { c: ['ü€😀', 2] } };

type Script = (received: Received) => void;

/** An open scene; tool calls are answered by the script of the tool's name. */
async function opened(t: TestContext, scripts: Readonly<Record<string, Script>>, options: SceneOptions = {}) {
  const far = new RawHttp(t);
  far.legacy();
  far.onMessage('tools/call', (received) => scripts[received.message.params.name]!(received));
  const scene = new HttpScene(t, await far.listen(), options);
  await scene.open();
  let id = 1;
  const call = (name: string): Promise<Message> => {
    scene.request(++id, 'tools/call', { name });
    return scene.about(id);
  };
  return { far, scene, call };
}

/** Answers with a body in these pieces, each written on its own. */
function body(
  status: number,
  type: string | undefined,
  text: (id: number) => string | Buffer,
  cuts: number[] = [],
): Script {
  return ({ message, response }) => {
    const bytes = Buffer.from(text(message.id));
    const pieces = [0, ...cuts].map((at, i) => bytes.subarray(at, cuts[i]));
    response.writeHead(status, type === undefined ? {} : { 'Content-Type': type }).flushHeaders();
    const next = () => {
      const piece = pieces.shift();
      if (piece === undefined) response.end();
      else response.write(piece, () => setImmediate(next));
    };
    next();
  };
}

function result(id: number, space?: number): string {
  return JSON.stringify({ jsonrpc: '2.0', id, result: RESULT }, null, space);
}

function stream(id: number, lineBreak = '\n'): string {
  const [head, tail] = result(id, 1).split(/(?<="b": )\s*/) as [string, string];
  const data = `${head}\n${tail}`.split('\n').map((line) => `data: ${line}`);
  return [': hello', 'retry: 10', 'event: message', ...data, '', 'data: [', ''].join(lineBreak) + lineBreak.repeat(2);
}

test('an answer is the same however its body is laid out, encoded and cut', async (t) => {
  const everyByte = Array.from({ length: 60 }, (_, i) => i + 1);
  const { scene, call } = await opened(t, {
    plain: body(200, 'application/json', (id) => result(id)),
    pretty: body(200, 'application/json; charset=utf-8', (id) => result(id, 2), [5, 30]),
    windows: body(200, 'Application/JSON', (id) => result(id, 2).replaceAll('\n', '\r\n'), everyByte),
    marked: body(200, 'application/json', (id) => `\ufeff ${result(id)} \n`, [1, 2]),
    stream: body(200, 'text/event-stream; charset=utf-8', (id) => stream(id)),
    crlf: body(200, 'text/event-stream', (id) => stream(id, '\r\n'), everyByte),
    cr: body(200, 'text/event-stream', (id) => stream(id, '\r'), [90, 91, 92, 93, 94, 95, 96, 97, 98, 99]),
    status: body(201, 'application/json', (id) => result(id)),
  });
  for (const name of ['plain', 'pretty', 'windows', 'marked', 'stream', 'crlf', 'cr', 'status']) {
    const answer = await call(name);
    assert.deepEqual(answer.result, RESULT, name);
    assert.equal(answer.about, answer.id.key, name);
  }
  for (const line of scene.lines) assert.doesNotMatch(JSON.parse(line).result ?? '', /[\r\n]/);
  assert.equal(scene.budget.used, 0);
});

test('an error is an answer with any status of failure, also when the server did not know whose it is', async (t) => {
  const error = (id: unknown) =>
    JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32020, message: 'no', data: [1] } });
  const { call } = await opened(t, {
    own: body(400, 'application/json', error),
    unknown: body(400, 'application/json', () => error(null)),
    absent: body(422, 'application/json', () => error(undefined)),
    missing: body(404, 'application/json', error),
    fine: body(200, 'application/json', () => error(null)),
  });
  for (const name of ['own', 'unknown', 'absent', 'missing', 'fine']) {
    assert.deepEqual((await call(name)).error, { code: -32020, message: 'no', data: [1] }, name);
  }
});

test('what is no answer is an error of ours for this call alone, and says what came', async (t) => {
  const html = () => '<html>\n<body>not here</body></html>';
  const { scene, call } = await opened(t, {
    html: body(200, 'text/html', html),
    nothing: body(200, undefined, () => ''),
    accepted: body(202, undefined, () => ''),
    empty: body(200, 'application/json', () => ''),
    text: body(200, 'application/json', html),
    other: body(200, 'application/json', () => result(99)),
    endless: body(200, 'text/event-stream', () => ': nothing to say\n\n'),
    open: body(200, 'text/event-stream', (id) => `data: ${result(id)}\n`),
    unauthorized: body(
      401,
      'application/json',
      (id) => `{"jsonrpc":"2.0","id":${id},"error":{"code":-1,"message":"m"}}`,
    ),
    forbidden: body(403, undefined, () => ''),
    missing: body(404, 'text/html', html),
    result: body(400, 'application/json', (id) => result(id)),
    busy: body(429, undefined, () => ''),
    broken: body(500, 'application/json', (id) => `{"jsonrpc":"2.0","id":${id},"error":{"code":-1,"message":"m"}}`),
    away: body(503, undefined, () => ''),
    packed: ({ response }) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end('x');
    },
  });
  const neither = 'far answered with neither JSON nor an event stream';
  const expected: [string, string][] = [
    ['html', neither],
    ['nothing', neither],
    ['accepted', neither],
    ['packed', neither],
    ['empty', 'far answered with something else'],
    ['text', 'far answered with something else'],
    ['other', 'far answered with something else'],
    ['endless', 'far ended its answer before it was complete; what was asked may have been done'],
    ['open', 'far ended its answer before it was complete; what was asked may have been done'],
    ['unauthorized', 'far does not accept our credentials (HTTP 401)'],
    ['forbidden', 'far does not accept our credentials (HTTP 403)'],
    ['missing', 'far answered with HTTP 404'],
    ['result', 'far answered with HTTP 400'],
    ['busy', 'far answered with HTTP 429'],
    ['broken', 'far answered with HTTP 500'],
    ['away', 'far answered with HTTP 503'],
  ];
  for (const [name, message] of expected) assert.deepEqual((await call(name)).error, { code: -31502, message }, name);
  assert.equal(scene.server.state, 'ready');
  assert.equal(
    scene.messages.filter(({ kind }) => kind === 'reply').length,
    1 + expected.length + 1,
    'one for each, and the stray one',
  );
});

test('an answer that is too large, or two of them, is refused under its id and answers nothing else', async (t) => {
  const big = 'x'.repeat(3000);
  const { scene, call } = await opened(
    t,
    {
      json: body(200, 'application/json', (id) => `{"jsonrpc":"2.0","id":${id},"result":{"big":"${big}"}}`),
      stream: body(
        200,
        'text/event-stream',
        (id) => `data: {"jsonrpc":"2.0","id":${id},"result":{"big":"${big}"}}\n\n`,
      ),
      two: body(200, 'application/json', (id) => `${result(id)}\n${result(id)}`),
      fine: body(200, 'application/json', (id) => result(id)),
    },
    { limits: { maxFrameBytes: 2000, maxJsonDepth: 20 } },
  );
  const codes = { json: 'SP8004', stream: 'SP8004', two: 'SP8001' };
  for (const [index, [name, code]] of Object.entries(codes).entries()) {
    const id = 100 + index;
    scene.request(id, 'tools/call', { name });
    const frame = await scene.until(({ kind, id: of }) => kind === 'malformed' && of?.key === id);
    assert.deepEqual([frame.code, frame.about], [code, id]);
  }
  assert.deepEqual((await call('fine')).result, RESULT);
  assert.equal(scene.budget.used, 0);
  assert.equal(scene.messages.filter(({ error }) => error !== undefined).length, 0, 'each is answered once');
});
