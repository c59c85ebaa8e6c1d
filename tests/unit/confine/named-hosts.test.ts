import assert from 'node:assert/strict';
import { test } from 'node:test';
import { domains } from '../../../lib/checks/domains.ts';
import { egressRules } from '../../../lib/confine/egress.ts';
import { namedHosts, usualRule } from '../../../lib/confine/named-hosts.ts';
import type { Config } from '../../../lib/model/config.ts';
import { compilePolicy } from '../../../lib/policy/policy.ts';
import { configOf } from '../../support/config/config-texts.ts';
import { decided, toolCall } from '../../support/policy/judged.ts';
import { stateInMemory } from '../../support/policy/policy-state.ts';

interface Given {
  readonly sandbox?: object;
  readonly all?: object;
  readonly tools?: object;
}

function configWith({ sandbox, all, tools = {} }: Given): Config {
  const config = {
    version: 1,
    backends: [{ name: 'web', command: 'web-server', ...(sandbox && { sandbox }) }],
    ...(all && { security: { sandbox: all } }),
    policies: { default: 'allow', tools },
  };
  return configOf({ config: JSON.stringify(config) }).config;
}

/** Hosts as `host` or `host:port`. */
function named(given: Given, usual?: readonly string[]): string[] {
  const config = configWith(given);
  const hosts = namedHosts(config, 'web', usualRule(config, 'web', usual));
  return hosts.map(({ host, port }) => (port === undefined ? host : `${host}:${port}`));
}

const listed = (...allow: string[]): Given => ({ tools: { 'web/*': { domains: { allow } } } });

test('hosts that are written out are named, each once and in small letters', () => {
  assert.deepEqual(named(listed('api.example.com', 'API.example.com', 'db.example.com:5432', 'localhost:8080')), [
    'api.example.com',
    'db.example.com:5432',
    'localhost:8080',
  ]);
});

test('patterns, networks and expressions name no host', () => {
  assert.deepEqual(
    named(listed('*.example.com', 'files-*.example.net', '9.9.9.0/24', '/^api\\./', '[2001:db8::1]')),
    [],
  );
});

test('lists for one tool, of the sandbox and of all sandboxes name hosts of the backend as well', () => {
  const given = {
    sandbox: { domains: { allow: ['own.example.com'] } },
    all: { domains: { allow: ['all.example.com'] } },
    tools: {
      'web/fetch': { domains: { allow: ['tool.example.com'] } },
      'other/*': { domains: { allow: ['x.example.com'] } },
    },
  };
  assert.deepEqual(named(given).sort(), ['all.example.com', 'own.example.com', 'tool.example.com']);
});

test('what a rule denies or asks about is not named by it', () => {
  const said = { deny: ['bad.example.com'], require_approval: ['pay.example.com'] };
  assert.deepEqual(named({ tools: { 'web/*': { domains: said } } }), []);
});

test('the hosts a preset is for hold as long as no rule lists any', () => {
  const usual = ['api.github.com', '*.githubusercontent.com'];
  assert.deepEqual(named({}, usual), ['api.github.com']);
  assert.deepEqual(named(listed('git.example.com'), usual), ['git.example.com']);
  assert.deepEqual(named({ tools: { 'web/*': { domains: { deny: ['bad.example.com'] } } } }, usual), [
    'api.github.com',
  ]);
  assert.equal(usualRule(configWith({}), 'web', undefined), undefined);
});

test('an argument and a connection are judged by the same line of the sandbox', async () => {
  const config = configWith({
    sandbox: { domains: { allow: ['*.example.com'], deny: ['bad.example.com'], ports: [443] } },
  });
  const policy = await compilePolicy(config, [domains], stateInMemory());
  const rules = await egressRules(config, 'web', undefined);
  for (const [host, rule] of [
    ['bad.example.com', 'backends[0].sandbox.domains.deny[0]'],
    ['elsewhere.test', 'backends[0].sandbox.domains.allow'],
    ['good.example.com', undefined],
  ] as const) {
    const argument = await decided(policy, toolCall('fetch', { url: `https://${host}/` }));
    const connection = rules.destination(host, 443);
    assert.equal(argument.reason?.rule, rule, host);
    assert.equal('rule' in connection ? connection.rule : undefined, rule, host);
    assert.equal('source' in connection ? connection.source : undefined, argument.reason?.source, host);
  }
  assert.equal(rules.destination('good.example.com', 8443).effect, 'deny');
});
