import assert from 'node:assert/strict';
import { test } from 'node:test';
import { backendEnvironment } from '../../../backends/environment.ts';

const BASE = {
  HOME: '/home/ada',
  LOGNAME: 'ada',
  USER: 'ada',
  PATH: '/usr/bin',
  SHELL: '/bin/sh',
  TERM: 'xterm',
  LANG: 'C.UTF-8',
  LC_ALL: 'C',
  LC_TIME: 'C',
  TZ: 'UTC',
  TMPDIR: '/tmp',
  XDG_CONFIG_HOME: '/home/ada/.config',
  HTTP_PROXY: 'http://proxy:3128',
  https_proxy: 'http://proxy:3128',
  NO_PROXY: 'localhost',
  NODE_EXTRA_CA_CERTS: '/etc/ca.pem',
  SSL_CERT_FILE: '/etc/ca.pem',
};

test('the base list is inherited and nothing else', () => {
  const others = {
    GITHUB_TOKEN: 't',
    NODE_OPTIONS: '--require ./evil.js',
    NODE_PATH: '/evil',
    LD_PRELOAD: '/evil.so',
    PYTHONPATH: '/evil',
    npm_config_registry: 'http://evil',
    SALLYPORT_RUN: 'outer',
    LCX: '1',
    XDGX: '1',
    home: 'lower case',
  };
  assert.deepEqual(backendEnvironment({ ...BASE, ...others }, [], {}, 'linux').variables, BASE);
});

test('variables are passed by name or glob, and those of the config stand above', () => {
  const inherited = { GITHUB_TOKEN: 't', GITHUB_HOST: 'h', GITHUBX: 'x', 'A.B': '1', AXB: '2', SLACK: 'inherited' };
  const { variables } = backendEnvironment(
    inherited,
    ['GITHUB_*', 'A.B', 'SLACK'],
    { SLACK: 'own', NEW: 'n' },
    'linux',
  );
  assert.deepEqual(variables, { GITHUB_TOKEN: 't', GITHUB_HOST: 'h', 'A.B': '1', SLACK: 'own', NEW: 'n' });
});

test('one star passes everything, and regular expressions are no globs', () => {
  const inherited = { ONE: '1', TWO: '2' };
  assert.deepEqual(backendEnvironment(inherited, ['*'], {}, 'linux').variables, inherited);
  assert.deepEqual(backendEnvironment(inherited, ['.*', 'ON[E]', '(TWO)', 'ON'], {}, 'linux').variables, {});
});

for (const proxy of ['http://user:secret@proxy:3128', 'user:secret@proxy:3128', '//u@proxy', 'http://u:p/w@proxy:1']) {
  test(`the proxy ${proxy} is withheld unless it is listed`, () => {
    const withheld = backendEnvironment({ HTTPS_PROXY: proxy, http_proxy: proxy }, [], {}, 'linux');
    assert.deepEqual(withheld.variables, {});
    assert.deepEqual(withheld.withheldProxies, ['HTTPS_PROXY', 'http_proxy']);
    const listed = backendEnvironment({ HTTPS_PROXY: proxy }, ['HTTPS_PROXY'], {}, 'linux');
    assert.deepEqual(listed.variables, { HTTPS_PROXY: proxy });
    assert.deepEqual(listed.withheldProxies, []);
  });
}

test('the hint names what was set and not passed, in order and without the noise of shells', () => {
  const inherited = { ...BASE, SLACK: '1', API_KEY: '2', PWD: '/', SHLVL: '1', _: 'x', npm_execpath: 'x', OWN: '3' };
  assert.deepEqual(backendEnvironment(inherited, ['SLACK'], { OWN: '4' }, 'linux').notPassed, ['API_KEY']);
});

test('names that objects have by nature are names like any other', () => {
  const { variables, notPassed } = backendEnvironment({ toString: '1', constructor: '2' }, ['toString'], {}, 'linux');
  assert.deepEqual(Object.entries(variables), [['toString', '1']]);
  assert.deepEqual(notPassed, ['constructor']);
});

test('on Windows names are compared without regard to case, and what programs need to start is added', () => {
  const inherited = {
    Path: 'C:\\x',
    SystemRoot: 'C:\\Windows',
    windir: 'C:\\Windows',
    'ProgramFiles(x86)': 'C:\\P',
    Secret: 's',
  };
  const { variables } = backendEnvironment(inherited, [], {}, 'win32');
  assert.deepEqual(Object.keys(variables), ['Path', 'SystemRoot', 'windir', 'ProgramFiles(x86)']);
  assert.deepEqual(backendEnvironment(inherited, [], {}, 'linux').variables, {});
});

test('what proves our client is passed on to nobody by a pattern, and what a backend is given by name is its own', () => {
  const inherited = { SALLYPORT_TOKEN: 'ours', SALLYPORT_TOKEN_FILE: '/ours', Sallyport_Token: 'ours', OTHER: 'x' };
  for (const pass of [['*'], ['SALLYPORT_*'], ['SALLYPORT_TOKEN', 'SALLYPORT_TOKEN_FILE', 'Sallyport_Token']]) {
    assert.ok(!JSON.stringify(backendEnvironment(inherited, pass, {})).includes('ours'), pass.join());
  }
  const { variables } = backendEnvironment(inherited, ['*'], { SALLYPORT_TOKEN: 'its own' });
  assert.deepEqual(variables, { OTHER: 'x', SALLYPORT_TOKEN: 'its own' });
});
