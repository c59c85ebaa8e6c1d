import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { hasActing } from '../../../lib/model/printable.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { sallyport } from '../../support/program/command.ts';
import { fixtureBackend } from '../../support/program/gateway.ts';

/** Clears the screen, turns the text around, fakes a line and breaks terminals of 8 bits. */
const HOSTILE = 'x\u001b[2J\u202eevil\r\nfake: fine \u009b31m\u200b\u0007';
const QUOTED = JSON.stringify(HOSTILE);

const SERVER = fixtureBackend('server', ['--name', HOSTILE, '--tools', HOSTILE], { allowed_tools: [HOSTILE] });
const DYING = `  - ${JSON.stringify({ name: 'dying', command: 'sh', args: ['-c', `printf '%s' "$0" >&2; exit 1`, HOSTILE] })}\n`;
const MISSING = `  - ${JSON.stringify({ name: 'missing', command: `no-such-${HOSTILE}` })}\n`;

const CONFIGS: Record<string, string> = {
  'hostile servers': `version: 1\nbackends:\n${SERVER}${DYING}${MISSING}`,
  'hostile values': `version: 1\nprofile: ${QUOTED}\nlimits: { max_request_bytes: ${QUOTED} }\nbackends:\n${SERVER}`,
  'hostile keys': `version: 1\n${QUOTED}: 1\nbackends:\n  - { name: a, command: b, ${QUOTED}: 2 }\n`,
  'a hostile name': `version: 1\nbackends:\n  - { name: ${QUOTED}, command: b }\n`,
  'a hostile variable': `version: 1\nbackends:\n  - { name: a, command: b, args: [${JSON.stringify(`\${${HOSTILE}}`)}] }\n`,
  'no YAML': `version: 1\nbackends: [${HOSTILE.replaceAll('\n', ' ')}\n  : : {\n`,
};

for (const [what, config] of Object.entries(CONFIGS)) {
  test(`no command that reads a config with ${what} prints a character that acts on a terminal`, async (t) => {
    const home = temporaryFolder(t);
    const file = join(home, 'sallyport.yaml');
    writeFileSync(file, config);
    const looking = [['validate'], ['config', 'show', '--resolved'], ['doctor'], ['inspect']];
    const commands = [...looking, ['pin', '--yes'], ['diff']];
    const runs = commands.flatMap((command) => [command, [...command, '--json']]);
    const ended = await Promise.all(
      runs.map(async (args) => ({ args, ...(await sallyport([...args, '--config', file], { home })) })),
    );
    const written = ended.map(({ stdout, stderr }) => stdout + stderr).join('');
    assert.match(written, /SP1\d{3}|\\u001b\[2J/, 'the hostile text is shown, escaped, or what is wrong with it');
    for (const { args, stdout, stderr } of ended) {
      const where = args.join(' ');
      assert.ok(stdout !== '' || stderr !== '', where);
      for (const line of `${stdout}\n${stderr}`.split('\n')) {
        assert.ok(!hasActing(line), `${where}: ${JSON.stringify(line)}`);
        assert.doesNotMatch(line, /^fake:/, where);
      }
    }
  });
}
