import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { policyState } from '../../cli/policy/state.ts';
import { CHECKS } from '../../lib/checks/index.ts';
import { readSource } from '../../lib/config/files/source.ts';
import { validateSource } from '../../lib/config/files/validate.ts';
import type { Folders } from '../../lib/config/folders.ts';
import { resolveConfig } from '../../lib/config/resolve.ts';
import type { Call } from '../../lib/model/call.ts';
import { systemClock } from '../../lib/model/clock.ts';
import type { Config } from '../../lib/model/config.ts';
import { decideCall } from '../../lib/policy/decide.ts';
import { compilePolicy, type Policy } from '../../lib/policy/policy.ts';
import { Payload } from '../../lib/wire/payload.ts';
import { type Measure, measure } from './measure.ts';

const BATCH = 500;
const BATCHES = 41;
/** The path of issue 2, to which all else is added. */
const BEFORE: readonly string[] = ['access', 'limits'];
const GOAL_US = 60;

/** What checks cost: the whole chain beside access and limits alone, then each check, in microseconds of one call of 1 KB. */
export async function overPolicy(): Promise<Measure[]> {
  const project = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-bench-')));
  try {
    return await measured(project);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}

async function measured(project: string): Promise<Measure[]> {
  const config = configOf(project);
  const definitions = CHECKS.filter(({ id }) => BEFORE.includes(id));
  const before = await compilePolicy(
    config,
    definitions,
    policyState(systemClock, {
      stateDir: join(project, 'state'),
      stopsDir: join(project, 'state', 'stops'),
      wrapped: false,
    }),
  );
  const all = await compilePolicy(
    config,
    CHECKS,
    policyState(systemClock, {
      stateDir: join(project, 'state'),
      stopsDir: join(project, 'state', 'stops'),
      wrapped: false,
    }),
  );
  all.warm();
  const calls = Object.entries(callsIn(project));
  const measures: Measure[] = [];
  for (const [name, call] of calls) {
    await settled(all, call);
    const [alone, whole] = [await microseconds(before, call), await microseconds(all, call)];
    const values = { 'access and limits': alone, 'all checks': whole };
    measures.push(measure(`policy: ${name}`, values, 'µs', whole - alone, 'µs more', GOAL_US));
  }
  for (const check of all.checks) {
    const one: Policy = { ...all, checks: [check] };
    const values: Record<string, number> = {};
    for (const [name, call] of calls) values[name] = await microseconds(one, call);
    measures.push(measure(`check: ${check.id}`, values, 'µs', Math.max(...Object.values(values)), 'µs', undefined));
  }
  return measures;
}

/** A call that is not allowed would measure something else. */
async function settled(policy: Policy, call: Call): Promise<void> {
  const { effect, reason } = await decideCall(policy, { ...call });
  if (effect !== 'allow') throw new Error(`${call.resource.id}: ${JSON.stringify(reason)}`);
}

/** Median over batches; every call is a new one, as on the wire, so nothing is remembered of it. */
async function microseconds(policy: Policy, call: Call): Promise<number> {
  const took: number[] = [];
  for (let batch = 0; batch < BATCHES; batch++) {
    const fresh = Array.from({ length: BATCH }, (_, index) => {
      // One session would make the same call again and again, which the loop guard ends.
      return { ...call, id: `D${batch}-${index}`, session: `S${batch}-${index}` };
    });
    const began = performance.now();
    for (const one of fresh) {
      const decision = decideCall(policy, one);
      if (decision instanceof Promise) await decision;
    }
    took.push(((performance.now() - began) * 1000) / BATCH);
    for (const one of fresh) policy.ended(one, { forwarded: true, ms: 1, requestBytes: 1000, replyBytes: 1000 });
  }
  return took.sort((a, b) => a - b)[BATCHES >> 1]!;
}

function configOf(project: string): Config {
  const text = `version: 1
backends:
  - { name: files, preset: filesystem, command: files, cwd: ${JSON.stringify(project)} }
  - { name: db, preset: postgres, command: db }
  - { name: shell, preset: shell, command: shell }
  - { name: web, preset: fetch, command: web }
  - { name: plain, command: plain }
policies:
  baseline: { repeated_calls: allow }
  block_patterns: ["rm -rf /", "ignore previous instructions"]
  effects: { "shell/*": [write], "plain/*": [write] }
  tools:
    "files/*": { paths: { deny: ["**/secrets/**"], require_approval: ["**/keys/**"] }, max_file_bytes: 10MB }
    "db/*": { sql: { deny: [DROP], deny_tables: [secrets], max_rows: 100000 } }
    "shell/*": { commands: { allow: ["npm test", "git *", "ls *"] } }
    "web/*": { domains: { deny: ["*.internal.example"], block_private: true } }
  flows: [{ name: no-exfil, after: "*/@untrusted", then: "mail/*", action: deny }]
rate_limit: { requests_per_sec: 100000000, burst_size: 100000000 }
budgets: [{ name: many, unit: calls, limit: 100000000, window: 1d }]
`;
  const source = readSource('bench.yaml', text, {});
  const { config, problems } = validateSource(source);
  if (config === undefined) throw new Error(JSON.stringify(problems));
  const folders: Folders = {
    configFile: join(project, 'none', 'sallyport.yaml'),
    stateDir: join(project, 'state'),
    auditDir: join(project, 'audit'),
    logDir: join(project, 'log'),
    fallbackDir: join(project, 'tmp'),
    homeDir: '/home/bench',
    projectDir: project,
  };
  return resolveConfig([{ source, config }], {}, folders).config;
}

function callsIn(project: string): Record<string, Call> {
  const text = 'const answer = 42; // '.repeat(44);
  const columns = Array.from({ length: 60 }, (_, index) => `column_${index} AS c${index}`).join(', ');
  return {
    plain: callOf('plain', 'note', { text }),
    'write a file': callOf('files', 'write_file', { path: join(project, 'src.ts'), content: text }),
    sql: callOf('db', 'query', { sql: `SELECT ${columns} FROM orders WHERE id = 7 LIMIT 10` }),
    command: callOf('shell', 'execute', { command: `git commit -m ${JSON.stringify('x'.repeat(900))}` }),
    url: callOf('web', 'fetch', { url: `https://docs.example.com/${'a/'.repeat(450)}` }),
  };
}

function callOf(backend: string, id: string, args: Readonly<Record<string, unknown>>): Call {
  const params = Payload.of(JSON.stringify({ name: id, arguments: args }));
  const properties = Object.fromEntries(Object.keys(args).map((key) => [key, { type: 'string' }]));
  return {
    id: 'D',
    session: 's',
    direction: 'to-backend',
    era: 'legacy',
    principal: { subject: 'bench', clientId: 'local', agent: 'bench', roles: [], proof: 'os-user' },
    action: 'tools/call',
    resource: { backend, type: 'tool', id },
    params,
    args: params.member('arguments'),
    facts: {
      size: params.size,
      inFlight: 0,
      openQuestions: 0,
      structured: false,
      tool: { schema: { type: 'object', properties }, annotations: {}, defect: undefined },
    },
  };
}
