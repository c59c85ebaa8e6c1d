import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FactsCache } from '../../../lib/checks/commands/facts-cache.ts';
import { amountsToAnyCode } from '../../../lib/checks/commands/lint.ts';
import { isHarmlessSed } from '../../../lib/parse/shell/sed.ts';
import { changesWhatRuns } from '../../../lib/parse/shell/variables.ts';
import { shellParser } from '../../../lib/parse/shell.ts';

test('an entry that lets any code run is found', () => {
  for (const glob of [
    '*',
    'bash *',
    'sh',
    'bash -c *',
    'env *',
    'xargs *',
    'sudo *',
    'python *',
    'python3 -c *',
    'node *',
    'npx *',
    'npm *',
    'npm exec *',
    'git *',
    'docker *',
    'cat * | sh',
    'make *',
    '/usr/bin/python3 *',
    'eval *',
    'np*',
  ]) {
    assert.notEqual(amountsToAnyCode(glob), undefined, glob);
  }
  for (const glob of [
    'npm test',
    'npm run *',
    'git status',
    'git log *',
    'ls *',
    'npx tsc --noEmit',
    'npx tsc *',
    'python app.py',
    'python manage.py *',
    'bash scripts/a.sh',
    'cat * | grep *',
    'make build',
    'env',
  ]) {
    assert.equal(amountsToAnyCode(glob), undefined, glob);
  }
});

test('facts are read once for a text and kept within a bound', async () => {
  const cache = new FactsCache(await shellParser());
  const first = cache.ofText('npm test');
  assert.equal(cache.ofText('npm test'), first);
  assert.notEqual(cache.ofWords(['npm', 'test']), first);
  for (let i = 0; i < 600; i++) {
    cache.ofText(`echo ${i}`);
    cache.ofText('npm test');
  }
  assert.equal(cache.size, 500);
  assert.equal(cache.ofText('npm test'), first);
  const long = `echo ${'a'.repeat(5000)}`;
  assert.notEqual(cache.ofText(long), cache.ofText(long));
});

test('programs of sed that only edit what flows through are told from the others', () => {
  for (const program of [
    's/a/b/',
    's|a|b|g',
    '1,5p',
    '$d',
    '/x/d',
    '/x/,/y/p',
    'p;d',
    's/a\\/b/c/;2q',
    '{p;d}',
    'y/ab/cd/',
    '/a/!d',
    's/a/b/2p',
    '',
  ]) {
    assert.equal(isHarmlessSed(program), true, program);
  }
  for (const program of [
    's/a/b/e',
    's/a/b/w x',
    '1e id',
    'e',
    'w x',
    'r /etc/x',
    'R x',
    'W x',
    '1!e id',
    's/a/b',
    'y/a/b',
    '/x',
    'a\\\ntext',
    's/a/b/;e id',
    'F x',
    '\\,x,d',
    'p'.repeat(5000),
    '1,5',
  ]) {
    assert.equal(isHarmlessSed(program), false, program);
  }
});

test('variables that change what runs are told from the others', () => {
  for (const name of [
    'PATH',
    'path',
    'LD_PRELOAD',
    'DYLD_INSERT_LIBRARIES',
    'GIT_SSH_COMMAND',
    'GIT_EDITOR',
    'BASH_ENV',
    'ENV',
    'IFS',
    'PROMPT_COMMAND',
    'NODE_OPTIONS',
    'PYTHONPATH',
    'PYTHONSTARTUP',
    'PERL5OPT',
    'RUBYOPT',
    'EDITOR',
    'PAGER',
    'VISUAL',
    'npm_config_script_shell',
    'SHELLOPTS',
  ]) {
    assert.equal(changesWhatRuns(name), true, name);
  }
  for (const name of [
    'CI',
    'NODE_ENV',
    'FOO',
    'DEBUG',
    'GIT_AUTHOR_NAME',
    'GIT_COMMITTER_DATE',
    'TZ',
    'LANG',
    'FORCE_COLOR',
    'PORT',
  ]) {
    assert.equal(changesWhatRuns(name), false, name);
  }
});
