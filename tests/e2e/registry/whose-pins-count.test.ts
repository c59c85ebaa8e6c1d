import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { temporaryFolder } from '../../support/folder.ts';
import type { Message } from '../../support/mcp/lines.ts';
import { sallyport } from '../../support/program/command.ts';
import { OfferingProject, SOUND } from '../../support/registry/offering.ts';

test('a broken lockfile is said with its line, and nothing is started or written', async (t) => {
  const project = new OfferingProject(t, { notes: SOUND });
  await project.run(['pin', '--yes']);
  const text = readFileSync(project.lockfile, 'utf8').replace('Reads a note.', 'Reads everything.');
  writeFileSync(project.lockfile, text);
  for (const command of ['inspect', 'pin', 'diff']) {
    const { code, stderr } = await project.run([command]);
    assert.equal(code, 5);
    assert.match(
      stderr,
      /^error\[SP4007\] the hash of "read_note" is not that of its definition\n {2}--> .*sallyport\.lock\.json:\d+:\d+\n {2}help: /,
    );
  }
  assert.equal(readFileSync(project.lockfile, 'utf8'), text);
});

test('what another user approved counts for nobody else until they pin it, or trust the project', async (t) => {
  const project = new OfferingProject(t, { notes: SOUND });
  await project.run(['pin', '--yes']);
  await project.run(['approve', 'notes/read_note', '--effect', 'read', '--yes']);
  const other = temporaryFolder(t);
  const stranger = await project.json(['inspect'], other);
  const [{ seal, vouched, items }] = stranger.backends;
  assert.deepEqual([seal, vouched], ['other', false]);
  assert.ok(items.every(({ approved, standing }: Message) => approved === undefined && standing === 'pinned'));
  assert.ok(items.every(({ effect }: Message) => effect?.origin !== 'lockfile'));
  const { code, stdout } = await project.run(['inspect'], other);
  assert.match(stdout, /its pins are not sealed by you, so its approvals do not count/);
  assert.equal(code, 0);
});

test('approvals of others count in a project that is trusted, until anything but the user’s own pins changes it', async (t) => {
  const project = new OfferingProject(t, { notes: SOUND });
  await project.run(['pin', '--yes']);
  const other = temporaryFolder(t);
  const trust = await sallyport(['trust', project.config], { home: other, cwd: project.project });
  assert.equal(trust.code, 0);
  const vouched = async () => (await project.json(['inspect'], other)).backends[0].vouched;
  assert.equal(await vouched(), true);
  const tools = [...(SOUND.tools as Message[]), { name: 'fresh', inputSchema: { type: 'object' } }];
  project.offer('notes', { ...SOUND, tools });
  assert.equal((await project.run(['pin', '--yes'], other)).code, 0);
  const state = () => sallyport(['trust', '--show', '--json', project.config], { home: other, cwd: project.project });
  assert.equal(JSON.parse((await state()).stdout).trust, 'trusted', 'the pins of the user do not end it');
  await project.run(['approve', 'notes/fresh', '--effect', 'read', '--yes']);
  assert.equal(JSON.parse((await state()).stdout).trust, 'changed', 'those of anybody else do');
  assert.equal(await vouched(), false);
});

test('a section that was changed by hand after it was sealed counts as nobody’s, even in a trusted project', async (t) => {
  const project = new OfferingProject(t, { notes: SOUND });
  await project.run(['pin', '--yes']);
  const text = readFileSync(project.lockfile, 'utf8').replace(/"by": "[^"]*"/, '"by": "somebody else"');
  writeFileSync(project.lockfile, text);
  const { stdout } = await project.run(['inspect']);
  assert.match(stdout, /its pins were changed after they were sealed \(SP4010\), so its approvals do not count/);
  const again = await project.run(['pin', '--yes']);
  assert.match(again.stdout, /7 items of notes pinned/);
  assert.doesNotMatch((await project.run(['inspect'])).stdout, /SP4010/);
});

test('another command under the name of a backend is not taken for the one that was pinned', async (t) => {
  const project = new OfferingProject(t, { notes: SOUND });
  await project.run(['pin', '--yes']);
  const copy = join(project.home, 'elsewhere.json');
  writeFileSync(copy, JSON.stringify({ tools: [{ name: 'fresh', inputSchema: { type: 'object' } }] }));
  const config = readFileSync(project.config, 'utf8').replace(/"[^"]*notes\.json"/, JSON.stringify(copy));
  writeFileSync(project.config, config);
  const { code, stdout } = await project.run(['pin', '--yes']);
  assert.equal(code, 5);
  assert.match(stdout, /it is started by another command than the one that was pinned: look, then `pin --update`/);
  assert.equal(project.pins.backends.notes.items.length, 7);
  const approve = await project.run(['approve', 'notes/fresh', '--yes']);
  assert.deepEqual([approve.code, project.pins.backends.notes.items.length], [5, 7]);
  assert.equal((await project.run(['pin', '--update', '--yes'])).code, 0);
  assert.deepEqual(
    project.pins.backends.notes.items.map(({ id }: Message) => id),
    ['fresh'],
  );
});
