import assert from 'node:assert/strict';
import { test } from 'node:test';
import { windowsLaunch } from '../../../backends/windows.ts';

const ENV = {
  PATH: 'C:\\tools;;C:\\nodejs',
  PATHEXT: '.COM;.EXE;.BAT;.CMD',
  COMSPEC: 'C:\\Windows\\System32\\cmd.exe',
};

function launch(command: string, args: readonly string[], files: readonly string[], env: NodeJS.ProcessEnv = ENV) {
  return windowsLaunch(command, args, env, (path) => files.includes(path));
}

test('a program is found by the extensions of PATHEXT in the order of the PATH', () => {
  const files = ['C:\\nodejs\\node.EXE', 'C:\\tools\\node.CMD'];
  assert.equal(launch('node', [], ['C:\\nodejs\\node.EXE']).file, 'C:\\nodejs\\node.EXE');
  assert.match(launch('node', [], files).args[3]!, /C:\\tools\\node\.CMD/);
  assert.equal(launch('node', ['a b'], files.slice(0, 1)).verbatim, false);
});

test('an empty entry of the PATH is not the working folder, and what is not found is not started', () => {
  assert.throws(() => launch('npx', [], ['npx.EXE', 'npx']), /npx was not found/);
});

test('a name with a dot is tried as it is and then with extensions', () => {
  assert.equal(launch('python3.12', [], ['C:\\tools\\python3.12.EXE']).file, 'C:\\tools\\python3.12.EXE');
  assert.equal(launch('node.exe', [], ['C:\\nodejs\\node.exe']).file, 'C:\\nodejs\\node.exe');
});

test('a path is taken as it is, with an extension when only that is there', () => {
  assert.equal(launch('C:\\x\\server.exe', [], []).file, 'C:\\x\\server.exe');
  assert.equal(launch('bin\\server', [], ['bin\\server.EXE']).file, 'bin\\server.EXE');
});

test('a batch file is started by cmd.exe with every argument quoted and escaped twice', () => {
  const { file, args, verbatim } = launch('npx', ['-y', 'a b', '&calc'], ['C:\\nodejs\\npx.CMD']);
  assert.equal(file, ENV.COMSPEC);
  assert.equal(verbatim, true);
  assert.deepEqual(args.slice(0, 3), ['/d', '/s', '/c']);
  assert.equal(args[3], '"C:\\nodejs\\npx.CMD ^^^"-y^^^" ^^^"a^^^ b^^^" ^^^"^^^&calc^^^""');
});

test('no argument of a batch file leaves a character unescaped that cmd.exe acts on', () => {
  const hostile = ['%PATH%', '!x!', '"&calc&"', '|more', '>out', '<in', '^', '(a)', ';', ',', '*?', '[x]', '`'];
  const { args } = launch('npx', hostile, ['C:\\nodejs\\npx.CMD']);
  const line = args[3]!.slice(1, -1).slice('C:\\nodejs\\npx.CMD'.length);
  const once = withoutCarets(line);
  const twice = withoutCarets(once.text);
  assert.deepEqual(
    once.bare.filter((character) => character !== ' '),
    [],
  );
  assert.deepEqual(
    twice.bare.filter((character) => character !== ' '),
    [],
  );
  assert.equal(twice.text, hostile.map((arg) => ` "${arg.replaceAll('"', '\\"')}"`).join(''));
});

test('backslashes before a quote are doubled as the C runtime wants it', () => {
  const { args } = launch('npx', ['C:\\dir\\', 'a\\"b'], ['C:\\nodejs\\npx.CMD']);
  const line = withoutCarets(withoutCarets(args[3]!.slice(1, -1)).text).text;
  assert.equal(line, 'C:\\nodejs\\npx.CMD "C:\\dir\\\\" "a\\\\\\"b"');
});

test('a line break, which cmd.exe cannot take, is refused', () => {
  for (const text of ['a\nb', 'a\rb']) {
    assert.throws(() => launch('npx', [text], ['C:\\nodejs\\npx.CMD']), /line break/);
    assert.deepEqual(launch('node', [text], ['C:\\nodejs\\node.EXE']).args, [text]);
  }
});

/** Takes one level of carets away, as cmd.exe does; `bare` are the acting characters that had none. */
function withoutCarets(line: string): { text: string; bare: string[] } {
  const bare: string[] = [];
  let text = '';
  for (let i = 0; i < line.length; i++) {
    if (line[i] === '^') i++;
    else if (/[()\][%!"`<>&|;, *?]/.test(line[i]!)) bare.push(line[i]!);
    text += line[i] ?? '';
  }
  return { text, bare };
}
