import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { ShellCommand } from '../../../lib/parse/shell/facts.ts';
import { shellParser } from '../../../lib/parse/shell.ts';

const PROGRAMS = ['one', 'two', 'three'];
const LOG = 'ran.log';
const parser = await shellParser();
let folder = '';

/** What a shell really runs is written down by programs that do nothing else. */
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'sallyport-shell-'));
  mkdirSync(join(folder, 'bin'));
  for (const name of PROGRAMS) {
    const file = join(folder, 'bin', name);
    // One write for each run, so that runs at the same time do not mix.
    const lines = [
      `one=$(mktemp)`,
      `printf '%s\\0' ${name} "$@" > "$one"`,
      `echo >> "$one"`,
      `cat "$one" >> "$LOG_FILE"`,
      'rm "$one"',
    ];
    writeFileSync(file, `#!/bin/sh\n${lines.join('\n')}\n`);
    chmodSync(file, 0o755);
  }
});
after(() => rmSync(folder, { recursive: true, force: true }));

function reallyRuns(shell: string, text: string): string[][] {
  const log = join(folder, LOG);
  writeFileSync(log, '');
  const env = { PATH: `${join(folder, 'bin')}:/usr/bin:/bin`, LOG_FILE: log, HOME: folder };
  try {
    execFileSync(shell, ['-c', text], { cwd: folder, env, stdio: 'ignore', timeout: 10_000 });
  } catch {
    // What ran before the text failed counts.
  }
  return readFileSync(log, 'utf8')
    .split('\0\n')
    .filter(Boolean)
    .map((line) => line.split('\0'));
}

function* everything(commands: readonly ShellCommand[]): Generator<ShellCommand> {
  for (const command of commands) {
    yield command;
    for (const { runs } of command.hazards) yield* everything(runs ?? []);
  }
}

/** Whether the words a program got are those of a command, where the command is literal. */
function isOf(words: readonly string[], command: ShellCommand): boolean {
  if (command.words.some(({ dynamic, glob }) => dynamic || glob)) return command.words[0]!.text === words[0];
  return (
    command.words.length === words.length &&
    command.words.every(({ text }, at) => text === words[at] || text.startsWith('~'))
  );
}

const TEXTS = [
  'one a b',
  'one; two; three',
  'one && two || three',
  'one | two |& three',
  'one & two; wait',
  "o''ne 'a b' \"c d\" e\\ f",
  "$'\\x6f\\x6ee' $'a\\tb'",
  'one "a\\\nb" c\\\nd',
  'one $(two x)',
  'one `two \\`three\\``',
  'one "$(two "$(three)")"',
  'one ${X:-$(two)}',
  'one <(two)',
  'one > >(two)',
  'one <<E\n$(two)\nE\nthree',
  "one <<'E'\n$(two)\nE\nthree",
  'one <<-E\n\tx\n\tE\ntwo',
  'one <<< "$(two)"',
  'if one; then two; else three; fi',
  'for i in 1 2; do one; done',
  'while two; do one; break; done',
  'case x in x) one;; y) two;; esac',
  'f() { one; }; f',
  'function f { two; }; f',
  '(one; two)',
  '{ one; two; }',
  'coproc one; wait',
  'A=1 B=2 one',
  'x=$(one)',
  'x=(a $(one)); two',
  '[[ -n $(one) ]] && two',
  '(( 1 + $(one) )) ; two',
  'echo $(( $(one) ))',
  'one # two',
  "one '# two'; three",
  'one a#b',
  'one {a,b}',
  '{one,a}',
  'one *.none',
  'eval "one a; two"',
  "eval one a ';' two",
  "sh -c 'one $0 $1' a b",
  "bash -c 'one; two'",
  'env A=1 one x',
  'env -u A -- one x',
  'env -S "one x y"',
  'command one x',
  'exec one x',
  'nohup one x',
  'nice -n 1 one x',
  'timeout 5 one x',
  'timeout -s KILL -k 1 5 one',
  'setsid -w one x',
  'stdbuf -o0 one x',
  'echo a b | xargs one',
  'echo a | xargs -I{} one {} c',
  'find . -maxdepth 0 -exec one {} \\;',
  'find . -maxdepth 0 -exec one {} +',
  'echo "one x" | sh',
  "printf 'one\\n\\164wo\\n' | sh",
  'sh <<E\none x\nE',
  'sh <<< "one x"',
  '! one',
  'time one',
  'time -p one',
  'trap "one" EXIT',
  "alias z='one'; two",
  'one 2>&1 >/dev/null two',
  '>/dev/null one',
  'one $"a b"',
  'one ${x/a/$(two)}',
  'one "${x#$(two)}"',
  'select x in a; do one; done < /dev/null',
  'for ((i=0;i<1;i++)); do one; done',
  'until one; do two; done',
  'one $((1+1)) "$((2))"',
  'builtin eval one',
  'bash -lc one',
  'bash -O extglob -c "one"',
  'sh -ec "one"',
  "one $'it\\'s' two",
  "one $'\\'; two; #'",
  '[[ a || two ]]',
  '((two))',
  'one &> /dev/null',
  'one >| /dev/null && two',
  'cat /dev/null | while read x; do one; done; two',
  'one;\ntwo\n\nthree',
  'one \\\n  a \\\n  b',
  'one \\; two',
  'one "a;two"',
  'one a\\ b',
  'X=one; $X a',
  'one ~+ "~"',
];

for (const shell of ['/bin/bash', '/bin/dash'].filter(existsSync)) {
  test(`everything ${shell} runs is seen before`, () => {
    const missed: string[] = [];
    let compared = 0;
    for (const text of TEXTS) {
      const facts = parser.parse(text);
      const seen = [...everything(facts.commands)];
      const unsure = seen.some(
        ({ words, hazards }) => words[0]!.dynamic || words[0]!.glob || hazards.some(({ unknown }) => unknown),
      );
      if (unsure || facts.faults.length > 0 || facts.doubts.length > 0) continue;
      for (const words of reallyRuns(shell, text)) {
        compared++;
        if (!seen.some((command) => isOf(words, command)))
          missed.push(`${JSON.stringify(text)} ran ${JSON.stringify(words)}`);
      }
    }
    assert.deepEqual(missed, []);
    assert.ok(compared > 60, `${compared} commands compared`);
  });
}
