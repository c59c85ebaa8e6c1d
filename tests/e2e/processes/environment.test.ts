import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logOf } from '../../support/program/diagnostic-log.ts';
import { fixtureBackend, GatewayPeer, wrapFixture } from '../../support/program/gateway.ts';
import { whoami } from '../../support/program/survivors.ts';

const HOSTILE = {
  NODE_OPTIONS: '--no-warnings',
  NODE_PATH: '/nowhere',
  LD_LIBRARY_PATH: '/nowhere',
  PYTHONPATH: '/nowhere',
  npm_config_registry: 'http://127.0.0.1:9/',
  NPM_CONFIG_USERCONFIG: '/nowhere',
  UV_INDEX_URL: 'http://127.0.0.1:9/',
};
const SECRETS = {
  TESTHUB_TOKEN: 'ghp-value',
  TESTHUB_ORG: 'org-value',
  CHATTY_TOKEN: 'xoxb-value',
  VAULT_SECRET: 'aws-value',
};
const PROXIES = { HTTP_PROXY: 'http://proxy.test:3128', HTTPS_PROXY: 'http://ada:pass-word@proxy.test:3128' };

/** What the system itself puts into an environment. */
const UNASKED = new Set(['SALLYPORT_RUN', '__CF_USER_TEXT_ENCODING']);
const BASE =
  /^(HOME|LOGNAME|USER|PATH|SHELL|TERM|LANG|LC_.*|TZ|TMPDIR|XDG_.*|https?_proxy|HTTPS?_PROXY|no_proxy|NO_PROXY|NODE_EXTRA_CA_CERTS|SSL_CERT_FILE)$/;

function namesBeyondBase(env: Readonly<Record<string, string>>): string[] {
  return Object.keys(env)
    .filter((name) => !BASE.test(name) && !UNASKED.has(name))
    .sort();
}

test('a wrapped server inherits the base list and what --pass-env names, and no proxy that holds a password', async (t) => {
  const env = { ...HOSTILE, ...SECRETS, ...PROXIES };
  const gateway = wrapFixture(t, [], {
    env,
    flags: ['--pass-env', 'TESTHUB_*', '--pass-env', 'CHATTY_TOKEN,NODE_PATH'],
  });
  await gateway.initialize();
  const { env: seen } = await whoami(gateway);
  assert.deepEqual(namesBeyondBase(seen), ['CHATTY_TOKEN', 'NODE_PATH', 'TESTHUB_ORG', 'TESTHUB_TOKEN']);
  assert.equal(seen.TESTHUB_TOKEN, 'ghp-value');
  assert.equal(seen.HTTP_PROXY, PROXIES.HTTP_PROXY);
  assert.equal(seen.HTTPS_PROXY, undefined);
  assert.equal(seen.HOME, gateway.home);
  await gateway.end();
  const log = logOf(gateway);
  assert.match(log, /WARN +proxy_withheld .*variable=HTTPS_PROXY code=SP1107/);
  assert.doesNotMatch(log, /pass-word/);
});

test('with nothing passed a server has the base list alone', async (t) => {
  const gateway = wrapFixture(t, [], { env: { ...HOSTILE, ...SECRETS } });
  await gateway.initialize();
  assert.deepEqual(namesBeyondBase((await whoami(gateway)).env), []);
});

test('each configured server has its own env and pass_env, and sees nothing of the others', async (t) => {
  const one = fixtureBackend('one', [], { env: { TOKEN: '${CHATTY_TOKEN}', HOME: '/elsewhere' } });
  const two = fixtureBackend('two', [], { pass_env: ['VAULT_*', 'npm_config_registry', 'HTTPS_PROXY'] });
  const env = { ...HOSTILE, ...SECRETS, ...PROXIES };
  const gateway = new GatewayPeer(t, 'run', [], { env, config: `version: 1\nbackends:\n${one}${two}` });
  await gateway.initialize();
  const first = (await whoami(gateway, 'one__whoami')).env;
  const second = (await whoami(gateway, 'two__whoami')).env;
  assert.deepEqual(namesBeyondBase(first), ['TOKEN']);
  assert.equal(first.TOKEN, 'xoxb-value');
  assert.equal(first.HOME, '/elsewhere');
  assert.deepEqual(namesBeyondBase(second), ['VAULT_SECRET', 'npm_config_registry']);
  assert.equal(second.HTTPS_PROXY, PROXIES.HTTPS_PROXY, 'a proxy that is listed is passed as it is');
  assert.equal(second.HOME, gateway.home);
});
