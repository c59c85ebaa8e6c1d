import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as unbash from 'unbash';
import type { ShellCommand, ShellFacts } from '../../../lib/parse/shell/facts.ts';
import { Gathering } from '../../../lib/parse/shell/gathering.ts';
import { scanOptions } from '../../../lib/parse/shell/options.ts';
import { type RawCommand, ScriptWalk } from '../../../lib/parse/shell/script.ts';
import { isHarmlessSed } from '../../../lib/parse/shell/sed.ts';
import { literalWord } from '../../../lib/parse/shell/words.ts';
import { shellParser } from '../../../lib/parse/shell.ts';

const parser = await shellParser();
const texts = (commands: readonly ShellCommand[] = []) =>
  commands.map(({ words }) => words.map(({ text }) => text).join(' '));
const hazardsOf = ({ commands }: ShellFacts) => commands.flatMap(({ hazards }) => hazards);
/** What the hazards of a text run, and what of it nobody can read. */
const runsIn = (text: string) =>
  hazardsOf(parser.parse(text)).flatMap(({ runs, unknown }) => (unknown ? ['?'] : texts(runs)));

test('what a shell reads from echo and printf is known, whatever the escapes', () => {
  assert.deepEqual(runsIn('echo -n | sh'), []);
  assert.deepEqual(runsIn("printf '%s %s' ls | sh"), ['ls']);
  assert.deepEqual(runsIn("printf 'ls a\\\\\\\\b' | sh"), ['ls a\\b']);
  assert.deepEqual(runsIn("printf 'ls \\q' | sh"), ['ls q']);
  assert.deepEqual(runsIn("printf '%d' 1 | sh"), ['?']);
});

test('a program that is started by another one is found behind its options', () => {
  assert.deepEqual(runsIn('env A=$x ls'), ['ls']);
  assert.deepEqual(runsIn('nice -q ls'), ['?']);
  assert.deepEqual(runsIn('timeout -v 5 ls'), ['ls']);
  assert.deepEqual(runsIn('env -S'), ['env']);
  assert.deepEqual(runsIn("env -S 'ls -l' a b"), ['env ls -l a b']);
  assert.deepEqual(runsIn("env -S 'ls -l' $a b"), ['?']);
  assert.deepEqual(runsIn('command -p ls -l'), ['ls -l']);
  assert.deepEqual(runsIn('command -v ls'), []);
  assert.deepEqual(runsIn('watch ls -l'), ['ls -l']);
  assert.deepEqual(runsIn("eval -- 'rm x'"), ['rm x']);
  assert.deepEqual(runsIn("eval 'rm x'"), ['rm x']);
});

test('commands in braces are found, and an argument nobody knows keeps its place', () => {
  assert.deepEqual(texts(parser.parse('echo {a,$(ls)}').commands).slice(1), ['ls']);
  assert.deepEqual(texts(parser.parse('echo @(a|$(ls))').commands).slice(1), ['ls']);
  assert.deepEqual(runsIn("sh -c 'ls $1' x $y"), ['ls $1']);
});

test('a command that is shorter than what is looked at is read to its end', () => {
  for (const text of ['docker ps', 'kubectl get pods', 'gh pr']) {
    assert.deepEqual([parser.parse(text).faults, hazardsOf(parser.parse(text))], [[], []], text);
  }
  assert.deepEqual(
    hazardsOf(parser.parse('docker run x')).map(({ at }) => at),
    [1, 2],
  );
});

test('an interpreter that may read its code from standard input is a hazard', () => {
  assert.deepEqual(runsIn('python3 -W - x.py'), ['?']);
  assert.deepEqual(runsIn('python3 x.py'), []);
});

test('a variable of any name that is set is noted, and what is no name is not', () => {
  const names = (text: string) => parser.parse(text).commands.flatMap((one) => one.assignments.map(({ name }) => name));
  assert.deepEqual(names('env A=$x ls'), ['A']);
  assert.deepEqual(names('printf -v A %s x'), ['A']);
  assert.deepEqual(names('printf -vA %s x'), ['A']);
  assert.deepEqual(names('export 1a =x B=1'), ['B']);
});

test('a here string for another descriptor is not what the program reads', () => {
  assert.deepEqual(runsIn("sh 3<<< 'ls'"), ['?']);
  assert.deepEqual(runsIn("sh <<< 'ls'"), ['ls']);
  assert.deepEqual(runsIn('sh 3<<X\nls\nX\n'), ['?']);
  assert.deepEqual(runsIn('sh <<X\nls\nX\n'), ['ls']);
});

test('a default of all arguments may be several words, also in quotes', () => {
  const [, one, all] = parser.parse('echo "${a:-b}" "${@:-b}"').commands[0]!.words;
  assert.deepEqual([one!.splits, all!.splits], [false, true]);
});

test('a sed program is harmless only when all of it is understood', () => {
  for (const program of ['/x/Id', '/x/d', 's/a/b/g', '1,3p', 'y/a/b/']) assert.ok(isHarmlessSed(program), program);
  for (const program of ['s', 's\\', 's\n', '/x', 'y/a/', 'e', 's/a/b/e', 'w f', '/x/Ie', '1~2w f', 'd'.repeat(5000)]) {
    assert.ok(!isHarmlessSed(program), program);
  }
});

test('long options with one dash are told whole, and with two dashes as well', () => {
  const scan = (...words: string[]) =>
    scanOptions(
      ['java', ...words].map(literalWord),
      { risky: ['agent='], values: ['cp='], about: '', single: true },
      1,
    );
  assert.deepEqual(
    scan('-agent', 'x').hazards.map(({ at }) => at),
    [1, 2],
  );
  assert.deepEqual(
    scan('--agent=x').hazards.map(({ at }) => at),
    [1],
  );
  assert.deepEqual(scan('-ag', 'x'), { hazards: [], operand: 2 });
  assert.deepEqual(scan('-cp', '-agent', 'Main'), { hazards: [], operand: 3 });
});

test('a node the syntax leaves empty is a fault, and an assignment counts wherever it stands', () => {
  const found = new Gathering();
  const make = (raw: RawCommand): ShellCommand => ({ ...raw, hazards: [], transparent: false, guesses: [] });
  const walk = new ScriptWalk(unbash, found, make);
  assert.equal(walk.nested(undefined), undefined);
  assert.deepEqual([...found.faults], ['a substitution that cannot be read']);
  const [command] = unbash.parse('a=$(ls)').commands;
  const prefix = (command as unknown as { command: unbash.Command }).command.prefix;
  for (const node of prefix) walk.visit(node as unbash.SyntaxNode);
  assert.deepEqual(texts(walk.commandsOf('true')), ['ls', 'true']);
});
