import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { ShellFacts } from '../../../lib/parse/shell/facts.ts';
import { shellParser } from '../../../lib/parse/shell.ts';
import { ROOT } from '../../support/paths.ts';
import { CommandPolicy } from '../../support/policy/command-policy.ts';

/** A collection of cases that may lie beside the project. */
const CORPUS = ['..', '../..'].map((up) => join(ROOT, up, 'shared', 'corpus', 'argpolicy.jsonl')).find(existsSync);

interface Case {
  readonly kind: string;
  readonly input: string;
  readonly expect: { readonly commands: readonly string[]; readonly exact: boolean } | 'deny';
}

const cases: Case[] =
  CORPUS === undefined
    ? []
    : readFileSync(CORPUS, 'utf8')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Case);
const parser = await shellParser();

/** The names of all commands, `DYN` where one is not literal, and the targets of redirections. */
function seen({ commands, redirects }: ShellFacts): string[] {
  const names = commands.map(({ words: [program] }) => (program!.dynamic || program!.glob ? 'DYN' : program!.text));
  const targets = [...redirects, ...commands.flatMap((command) => command.redirects)];
  return [...names, ...targets.map(({ direction, target }) => `${direction === 'write' ? '>' : '<'}${target.text}`)];
}

test('every shell text of the corpus shows the commands it would run', { skip: CORPUS === undefined }, () => {
  let checked = 0;
  for (const { kind, input, expect } of cases) {
    if (kind !== 'shell' || expect === 'deny') continue;
    const facts = parser.parse(input);
    const found = seen(facts);
    if (expect.exact) assert.deepEqual(found, expect.commands, input);
    for (const wanted of expect.commands) {
      const at = found.findIndex((name) => wanted === 'ANY' || wanted.split('|').includes(name));
      assert.notEqual(at, -1, `${JSON.stringify(input)} shows no ${wanted}: ${found.join(' ')}`);
      found.splice(at, 1);
    }
    checked++;
  }
  assert.ok(checked >= 30);
});

test('no injected text of the corpus passes a list, alone or behind an allowed command', {
  skip: CORPUS === undefined,
}, async () => {
  const policy = new CommandPolicy({ allow: ['npm test', 'ping -c 1 *'] });
  const payloads = cases.filter(({ kind }) => kind === 'payload:command-injection').map(({ input }) => input);
  assert.ok(payloads.length >= 100);
  for (const payload of payloads) {
    assert.equal((await policy.decide(payload)).effect, 'deny', payload);
    if (!/^\s*[;&|`\n]|^\$\(/.test(payload)) continue;
    assert.equal((await policy.decide(`ping -c 1 127.0.0.1 ${payload}`)).effect, 'deny', payload);
  }
});
