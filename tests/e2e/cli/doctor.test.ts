import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';
import { fixtureBackend } from '../../support/program/gateway.ts';

const REFUSES = ['a call before initialize', 'a message with a key that stands twice', 'an unknown method'];

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly said: string;
}

test('`doctor` says that everything works, and proves that the setup refuses what it must', async (t) => {
  const home = temporaryFolder(t);
  const config = join(home, 'sallyport.yaml');
  writeFileSync(config, `version: 1\nbackends:\n${fixtureBackend('good', [], { denied_tools: ['crsh'] })}`);
  const [text, json] = await Promise.all([
    sallyport(['doctor', '--config', config], { home }),
    sallyport(['doctor', '--config', config, '--json'], { home }),
  ]);
  assert.deepEqual([text.code, text.stderr], [0, '']);
  assert.match(text.stdout, /^ok {4}backend good +ready in \d+ ms, revision 2025-11-25, offers tools, /m);
  assert.match(text.stdout, /^ok {4}audit +records go to .*\/state\/sallyport\/audit$/m);
  for (const what of REFUSES) assert.match(text.stdout, new RegExp(`^ok {4}refuses +${what}$`, 'm'));
  assert.match(text.stdout, /^warning\[SP1101\] "crsh" .*\n.*\n {2}help: did you mean "crash"\?$/m);
  assert.doesNotMatch(text.stdout, /^FAIL/m);
  assert.match(text.stdout, /^tool {2}good\/echo +write +guess +\/path \(paths\)$/m);
  assert.ok(JSON.parse(json.stdout).tools.some(({ tool }: { tool: string }) => tool === 'good/echo'));
  const { schema_version, ok, findings, problems } = JSON.parse(json.stdout);
  assert.deepEqual([json.code, schema_version, ok], [0, 1, true]);
  assert.deepEqual(
    findings.filter(({ what }: Finding) => what === 'refuses').map(({ said }: Finding) => said),
    REFUSES,
  );
  assert.deepEqual([problems.length, problems[0].code], [1, 'SP1101']);
});

test('a backend that cannot start is named with its reason and a hint; the others are looked at all the same', async (t) => {
  const home = temporaryFolder(t);
  const config = join(home, 'sallyport.yaml');
  const dies = fixtureBackend('dies', ['--exit-at-start', '3']);
  const gone = '  - {name: gone, command: /nowhere/server}\n';
  writeFileSync(config, `version: 1\nbackends:\n${gone}${dies}${fixtureBackend('good')}`);
  const env = { NEEDED_KEY: 'set' };
  const [text, json] = await Promise.all([
    sallyport(['doctor', '--config', config], { home, env }),
    sallyport(['doctor', '--config', config, '--json'], { home, env }),
  ]);
  assert.equal(text.code, 6);
  assert.match(text.stdout, /^FAIL {2}backend gone +.*\/nowhere\/server was not found \(SP5001\)$/m);
  assert.match(
    text.stdout,
    /^FAIL {2}backend dies +dies exited with code 3 .* the fixture gives up; set here but not passed to it: .*NEEDED_KEY/m,
  );
  assert.match(text.stdout, /^ok {4}backend good /m);
  const { ok, findings } = JSON.parse(json.stdout);
  assert.deepEqual([json.code, ok], [6, false]);
  const failed = findings.filter((finding: Finding) => !finding.ok).map(({ what }: Finding) => what);
  assert.deepEqual(failed, ['backend gone', 'backend dies']);
});
