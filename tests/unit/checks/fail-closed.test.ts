import assert from 'node:assert/strict';
import { test } from 'node:test';
import { argumentsCheck } from '../../../lib/checks/arguments.ts';
import { canonicalJson } from '../../../lib/checks/canonical-json.ts';
import { compileCommandPattern } from '../../../lib/checks/commands/pattern.ts';
import { Paths, paths } from '../../../lib/checks/paths.ts';
import { SqlReader } from '../../../lib/checks/sql/reading.ts';
import { sql } from '../../../lib/checks/sql.ts';
import type { Call } from '../../../lib/model/call.ts';
import type { Decision } from '../../../lib/model/decision.ts';
import { MAX_SQL_BYTES, SqlFault } from '../../../lib/parse/sql/facts.ts';
import { sqlParser } from '../../../lib/parse/sql/load.ts';
import { decideCall, decideReply } from '../../../lib/policy/decide.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { callWith, FACTS, replyOf } from '../../support/policy/calls.ts';
import { compiled, stateInMemory } from '../../support/policy/policy-state.ts';

const PG = `
version: 1
backends: [{ name: pg, command: x, preset: postgres }]
policies: { default: allow, tools: { "pg/*": { max_rows: 2 } } }
`;

function queryOf(text: string): Call {
  const params = Payload.of(JSON.stringify({ name: 'query', arguments: { sql: text } }));
  return callWith({ resource: { backend: 'pg', type: 'tool', id: 'query' }, params });
}

test('a fault of the judge of a schema is no schema that fits: it denies', async () => {
  const { config } = configOf({ config: 'version: 1\nbackends: [{ name: files, command: x }]' });
  const params = Payload.of('{"arguments":{"a":1}}');
  const tool = { schema: { type: 'object' }, annotations: {}, defect: undefined };
  const policy = await compilePolicy(config, [argumentsCheck], stateInMemory());
  assert.equal((await decideCall(policy, callWith({ params, facts: { ...FACTS, tool } }))).effect, 'allow');
  Object.defineProperty(params, 'size', {
    get: () => {
      throw new TypeError('broken');
    },
  });
  const { effect, reason } = await decideCall(policy, callWith({ params, facts: { ...FACTS, tool } }));
  assert.deepEqual([effect, reason?.code], ['deny', 'SP3003']);
});

test('a schema that breaks while it is compiled denies each call, and ends nothing', async () => {
  const { config } = configOf({ config: 'version: 1\nbackends: [{ name: files, command: x }]' });
  const policy = await compilePolicy(config, [argumentsCheck], stateInMemory());
  let reads = 0;
  const schema = { type: 'object', properties: { a: { type: 'string', pattern: '^a' } } };
  const broken = {
    get schema() {
      if (reads++ % 2 === 0) throw new TypeError('broken');
      return schema;
    },
    annotations: {},
    defect: undefined,
  };
  const call = () => callWith({ params: Payload.of('{"arguments":{"a":"b"}}'), facts: { ...FACTS, tool: broken } });
  assert.equal((await decideCall(policy, call())).reason?.code, 'SP3003');
  assert.equal((await decideCall(policy, call())).effect, 'allow', 'the next call tries again');
});

test('a schema that breaks once its patterns can be read denies the call that waits, and the next tries again', async () => {
  const { config } = configOf({ config: 'version: 1\nbackends: [{ name: files, command: x }]' });
  const policy = await compilePolicy(config, [argumentsCheck], stateInMemory());
  let isBroken = false;
  const schema = {
    type: 'object',
    get properties() {
      if (isBroken) throw new TypeError('broken');
      return { a: { type: 'string', pattern: '^a' } };
    },
  };
  const tool = { schema, annotations: {}, defect: undefined };
  const call = () => callWith({ params: Payload.of('{"arguments":{"a":"a"}}'), facts: { ...FACTS, tool } });
  const waiting = decideCall(policy, call());
  isBroken = true;
  assert.equal((await waiting).reason?.code, 'SP3003');
  isBroken = false;
  assert.equal((await decideCall(policy, call())).effect, 'allow');
});

test('SQL whose limit would change what it means is denied', async () => {
  const ruled = PG.replace('max_rows: 2', 'sql: { max_rows: 2, deny: [DROP] }');
  const policies = await Promise.all(
    [PG, ruled].map((config) => compilePolicy(configOf({ config }).config, [sql], stateInMemory())),
  );
  const parser = await sqlParser('postgres');
  const { read, sameButLimit } = parser;
  const denied = async (text: string): Promise<string | undefined> => {
    const [byBaseline, byRule] = await Promise.all(policies.map((policy) => decideCall(policy, queryOf(text))));
    assert.deepEqual([byBaseline!.effect, byRule!.effect], ['deny', 'deny'], text);
    assert.equal(byBaseline!.reason?.rule, 'policies.baseline.destructive_sql');
    assert.equal(byRule!.reason?.rule, 'policies.tools["pg/*"].sql');
    return byRule!.reason?.text;
  };
  const text = 'the SQL could not be limited without changing what it means';
  try {
    parser.sameButLimit = () => false;
    assert.equal(await denied('SELECT * FROM changed'), text);
    parser.sameButLimit = () => true;
    parser.read = (said) => {
      if (said.includes('LIMIT')) throw new SqlFault('not any more');
      return read(said);
    };
    assert.equal(await denied('SELECT * FROM unread'), text);
    parser.read = (said) => read(said.replace('LIMIT 2', 'LIMIT 3'));
    assert.equal(await denied('SELECT * FROM other_limit'), text);
  } finally {
    Object.assign(parser, { read, sameButLimit });
  }
});

test('a text too long to be read has no facts, and a fault of the parser is not one of the text', async () => {
  const reader = new SqlReader();
  assert.deepEqual(reader.read('x'.repeat(MAX_SQL_BYTES + 1), 'postgres'), { fault: 'it is too long' });
  const parser = await sqlParser('postgres');
  const { read } = parser;
  try {
    for (const broken of [
      () => {
        throw new TypeError('broken');
      },
      () => Promise.reject(new TypeError('broken')),
    ]) {
      parser.read = broken;
      await assert.rejects(async () => reader.read('SELECT 1', 'postgres'), /broken/);
    }
    parser.read = () => Promise.reject(new SqlFault('no SQL'));
    assert.deepEqual(await reader.read('SELECT 1', 'postgres'), { fault: 'no SQL' });
  } finally {
    parser.read = read;
  }
});

test('what was read is kept while it is asked for, and the oldest is forgotten when there is too much', async () => {
  const parser = await sqlParser('postgres');
  const { read } = parser;
  let count = 0;
  parser.read = (text) => {
    count++;
    return read(text);
  };
  try {
    const reader = new SqlReader();
    await reader.read('SELECT 1', 'postgres');
    await reader.read('SELECT 1', 'postgres');
    assert.equal(count, 1);
    for (let i = 0; i < 499; i++) await reader.read(`SELECT ${i + 2}`, 'postgres');
    await reader.read('SELECT 1', 'postgres');
    assert.equal(count, 500, 'five hundred are kept');
    await reader.read('SELECT 0', 'postgres');
    await reader.read('SELECT 1', 'postgres');
    assert.equal(count, 501, 'what was asked for last stays');
    await reader.read('SELECT 2', 'postgres');
    assert.equal(count, 502, 'the oldest is gone');
    const long = new SqlReader();
    const texts = Array.from({ length: 36 }, (_, index) => `SELECT '${'x'.repeat(60_000)}${index}'`);
    for (const text of texts) await long.read(text, 'postgres');
    count = 0;
    await long.read(texts[35]!, 'postgres');
    assert.equal(count, 0);
    await long.read(texts[0]!, 'postgres');
    assert.equal(count, 1, 'two million characters are kept at most');
  } finally {
    parser.read = read;
  }
});

test('a call whose rows no rule limits is not looked at, whatever limits others', async () => {
  const text = `
version: 1
backends: [{ name: pg, command: x, preset: postgres }, { name: free, command: x, preset: postgres }]
policies: { default: allow, tools: { "pg/*": { sql: { read_only: true, max_rows: 2 } }, "pg/query": { sql: { read_only: true } } } }
`;
  const policy = await compilePolicy(configOf({ config: text }).config, [sql], stateInMemory());
  const rows = replyOf({ content: [{ type: 'text', text: '[{"a":1},{"a":2},{"a":3}]' }] });
  const of = (backend: string) => callWith({ resource: { backend, type: 'tool', id: 'query' } });
  assert.deepEqual((await decideReply(policy, of('free'), rows)).edits, []);
  assert.equal((await decideReply(policy, of('pg'), rows)).edits.length, 1);
  const few = replyOf({ content: [{ type: 'text', text: '[{"a":1}]' }] });
  const { edits, findings } = await decideReply(policy, of('pg'), few);
  assert.deepEqual([edits, findings], [[], []]);
});

test('one text for every order of keys', () => {
  for (const text of ['{"b":1,"a":2,"c":3}', '{"a":2,"b":1,"c":3}', '{"c":3,"b":1,"a":2}', '{"c":3,"a":2,"b":1}']) {
    assert.equal(canonicalJson(JSON.parse(text)), '{"a":2,"b":1,"c":3}');
  }
  assert.equal(canonicalJson(JSON.parse('{"x":[{"b":null,"a":"1"}],"w":1.5}')), '{"w":1.5,"x":[{"a":"1","b":null}]}');
  assert.notEqual(canonicalJson([1, 2]), canonicalJson([2, 1]));
});

test('an entry for commands has no more stars in a word than any other pattern', () => {
  const pattern = (glob: string) => compileCommandPattern({ glob, rule: 'r', source: 's' });
  assert.throws(() => pattern('run a*b*c*d*e'), /more than 3 stars/);
  assert.throws(() => pattern('run | '), /names no command/);
  assert.throws(() => pattern(`run "a`), /without an end/);
  assert.equal(pattern('run a*b*c*d').members.length, 1);
});

const FILES = `
version: 1
backends:
  - { name: files, command: mcp-server-filesystem, args: [/home/ana/project], preset: filesystem, cwd: /home/ana/project }
policies: { default: allow }
`;

test('on Windows paths are read as Windows reads them', async () => {
  const { platform } = process;
  const decided = async (path: string): Promise<Decision> => {
    const policy = compiled(configOf({ config: FILES }).config, [paths]);
    const params = Payload.of(JSON.stringify({ name: 'read_file', arguments: { path } }));
    return decideCall(policy, callWith({ resource: { backend: 'files', type: 'tool', id: 'read_file' }, params }));
  };
  assert.equal((await decided('notes.txt:stream')).effect, 'allow');
  Object.defineProperty(process, 'platform', { value: 'win32' });
  try {
    assert.equal((await decided('notes.txt:stream')).effect, 'deny');
  } finally {
    Object.defineProperty(process, 'platform', { value: platform });
  }
});

test('without a folder of a project no write is inside one, and patterns count from where a server runs', async () => {
  const { config } = configOf({
    config: `
version: 1
backends: [{ name: files, command: x, cwd: /srv/work }]
policies: { default: allow, tools: { "files/*": { paths: { deny: [secret] } } } }
`,
  });
  const tools = { state: stateInMemory() };
  const policy = compiled({ ...config, projectDir: undefined } as never, [
    { ...paths, create: (own, { book }) => new Paths(own, { ...tools, book }, 'posix') },
  ]);
  const decided = async (path: string, id: string) => {
    const params = Payload.of(JSON.stringify({ name: id, arguments: { path } }));
    return decideCall(policy, callWith({ resource: { backend: 'files', type: 'tool', id }, params }));
  };
  const written = await decided('/srv/work/a', 'write_file');
  assert.deepEqual([written.effect, written.reason?.rule], ['require_approval', 'policies.baseline.outside_writes']);
  assert.equal((await decided('/srv/work/secret', 'x')).reason?.code, 'SP3101');
});

test('a reply of a search is filtered from where its server runs when the call named no folder', async () => {
  const config = FILES.replace(
    'default: allow',
    'default: allow, tools: { "files/*": { paths: { deny: ["keys/**"] } } }',
  );
  const policy = compiled(configOf({ config }).config, [paths]);
  const left = async (path: string, result: unknown) => {
    const params = Payload.of(JSON.stringify({ name: 'search_files', arguments: { path } }));
    const call = callWith({ resource: { backend: 'files', type: 'tool', id: 'search_files' }, params });
    const reply = replyOf(result);
    const { edits } = await decideReply(policy, call, reply);
    return JSON.stringify(edits.reduce((body, edit) => edit.apply(body), reply.body).json());
  };
  const text = (lines: string) => ({ content: [{ type: 'text', text: lines }] });
  assert.doesNotMatch(await left('a\0b', text('src/a\nkeys/one')), /keys/);
  assert.match(await left('a\0b', text('src/a')), /src\/a/);
  assert.doesNotMatch(await left('.', text('/home/ana/.local/state/sallyport/audit/x.jsonl\na')), /sallyport\/audit/);
});
