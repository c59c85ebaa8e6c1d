import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Command } from 'commander';
import { createProgram } from '../../../cli/program.ts';
import { temporaryFolder } from '../../support/folder.ts';
import { ROOT } from '../../support/paths.ts';
import { sallyport } from '../../support/program/command.ts';

/** Every help text, as users see them; `UPDATE_PINS=1` writes it anew. */
const PIN = join(ROOT, 'tests', 'pins', 'help.txt');

/** The words that lead to every command users can see, groups included. */
function commandsUnder(command: Command, words: readonly string[] = []): string[][] {
  const visible = command.createHelp().visibleCommands(command);
  const below = visible.filter((inner) => inner.name() !== 'help');
  return [[...words], ...below.flatMap((inner) => commandsUnder(inner, [...words, inner.name()]))];
}

test('the help of every command is what is pinned, on standard output, with one example each', async (t) => {
  const home = temporaryFolder(t);
  const texts = await Promise.all(
    commandsUnder(createProgram(() => {})).map(async (words) => {
      const command = ['sallyport', ...words, '--help'].join(' ');
      const { code, stdout, stderr } = await sallyport([...words, '--help'], { home });
      assert.deepEqual([code, stderr], [0, ''], command);
      const examples = stdout.includes('\nCommands:\n') ? 0 : 1;
      assert.equal(stdout.match(/^Example: sallyport /gm)?.length ?? 0, examples, command);
      return `$ ${command}\n${stdout}\n`;
    }),
  );
  const all = texts.join('\n');
  if (process.env.UPDATE_PINS === '1') writeFileSync(PIN, all);
  assert.equal(all, readFileSync(PIN, 'utf8'));
});

test('the hidden command that completes words is in no help text', () => {
  assert.doesNotMatch(readFileSync(PIN, 'utf8'), /^ {2}complete /m);
});
