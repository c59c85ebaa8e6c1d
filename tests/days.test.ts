import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CHECKS } from '../lib/checks/index.ts';
import type { Decision } from '../lib/model/decision.ts';
import { decideCall } from '../lib/policy/decide.ts';
import { compilePolicy, type Policy } from '../lib/policy/policy.ts';
import { PRESET_NAMES } from '../lib/presets/names.ts';
import { Payload } from '../lib/wire/payload.ts';
import { configOf } from './support/config/config-texts.ts';
import { callWith, FACTS } from './support/policy/calls.ts';
import { MemoryFiles } from './support/policy/memory-files.ts';
import { stateInMemory } from './support/policy/policy-state.ts';
import { callsOf, DAY_PROJECT, type DayCall } from './support/program/days.ts';
import { type RecordedTool, recordOf, schemaOf } from './support/registry/recorded-tools.ts';

async function policyFor(preset: string, profile: string): Promise<Policy> {
  const backend = `{ name: ${preset}, command: ./server, preset: ${preset}, cwd: ${DAY_PROJECT} }`;
  const { config } = configOf({ config: `version: 1\nprofile: ${profile}\nbackends: [${backend}]\n` });
  return compilePolicy(config, CHECKS, stateInMemory({ files: new MemoryFiles({ [`${DAY_PROJECT}/`]: '' }) }));
}

/** Packages of one preset may have tools of the same name; the one that takes these arguments is meant. */
function accountOf(preset: string, { tool, args }: DayCall): RecordedTool | undefined {
  const accounts = Object.values(recordOf(preset)).flatMap(({ tools }) => tools[tool] ?? []);
  return accounts.find((account) => Object.keys(args).every((key) => Object.hasOwn(account.arguments, key)));
}

function decide(policy: Policy, preset: string, call: DayCall): Promise<Decision> | Decision {
  const account = accountOf(preset, call);
  const shape = account && {
    schema: { ...schemaOf(account.arguments), required: account.required },
    annotations: account.annotations,
    defect: undefined,
  };
  return decideCall(
    policy,
    callWith({
      resource: { backend: preset, type: 'tool', id: call.tool },
      params: Payload.of(JSON.stringify({ name: call.tool, arguments: call.args })),
      facts: { ...FACTS, tool: shape },
    }),
  );
}

for (const preset of PRESET_NAMES) {
  test(`an ordinary day with ${preset} goes through untouched in balanced`, async (t) => {
    const calls = callsOf(preset);
    assert.ok(calls.length >= 25, `${calls.length} calls`);
    const policy = await policyFor(preset, 'balanced');
    for (const [index, call] of calls.entries()) {
      await t.test(`${index + 1} ${call.tool}: ${call.note}`, async () => {
        const { effect, reason, edits } = await decide(policy, preset, call);
        assert.equal(effect, 'allow', JSON.stringify(reason));
        const others = edits.map(({ name }) => name).filter((name) => !name.startsWith('resolve /'));
        assert.deepEqual(others, [], 'a path may be forwarded as it was resolved, and nothing else is touched');
      });
    }
  });
}

test('the calls of a day are ones the packages take, but those of the one that is not recorded', () => {
  for (const preset of PRESET_NAMES) {
    if (preset === 'github') continue;
    const unknown = callsOf(preset).filter((call) => accountOf(preset, call) === undefined);
    assert.deepEqual(unknown, [], preset);
  }
});
