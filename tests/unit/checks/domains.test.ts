import assert from 'node:assert/strict';
import { test } from 'node:test';
import { domains } from '../../../lib/checks/domains.ts';
import { decided, policyOfRules, toolCall } from '../../support/policy/judged.ts';

const URL_TOOL = { type: 'object', properties: { url: { type: 'string' } } };

function policyWith(rule: object, more: object = {}) {
  return policyOfRules([domains], { tools: { 'web/*': { domains: rule } }, ...more });
}

test('a denial says where the argument is and what would allow it, and quotes neither host nor pattern to the model', async () => {
  const policy = await policyWith({ allow: ['a.example'], deny: ['*.b.example'], require_approval: ['c.example'] });
  for (const [url, code, rule, fix] of [
    ['http://x.b.example/', 'SP3131', 'deny[0]', 'remove policies.tools["web/*"].domains.deny[0]'],
    ['http://d.example/', 'SP3131', 'allow', 'add "d.example" to policies.tools["web/*"].domains.allow'],
    [
      'http://c.example/',
      'SP6003',
      'require_approval[0]',
      'remove policies.tools["web/*"].domains.require_approval[0]',
    ],
  ] as const) {
    const { reason } = await decided(policy, toolCall('open', { url }));
    assert.deepEqual([reason?.code, reason?.at, reason?.fix], [code, '/url', fix]);
    assert.equal(reason?.rule, `policies.tools["web/*"].domains.${rule}`);
    assert.match(reason!.source!, /^sallyport\.yaml:\d+$/);
    assert.doesNotMatch(reason!.text, /example/);
  }
});

test('a rule that finds nothing to judge is noted, or denies where the baseline says so', async () => {
  const call = toolCall('open', {}, URL_TOOL);
  const noted = await decided(await policyWith({ allow: ['a.example'] }), call);
  assert.equal(noted.effect, 'allow');
  assert.deepEqual(
    noted.findings,
    [{ check: 'check', note: '' }].map(() => noted.findings[0]),
  );
  assert.match(noted.findings[0]!.note, /found no argument/);
  const strict = await policyWith({ allow: ['a.example'] }, { baseline: { unjudged_arguments: 'deny' } });
  const { reason } = await decided(strict, call);
  assert.deepEqual([reason?.code, reason?.rule], ['SP3046', 'policies.tools["web/*"].domains']);
  assert.equal((await decided(strict, toolCall('close', {}, { type: 'object', properties: {} }))).effect, 'allow');
});

test('names that tell less than they seem to are noted', async () => {
  const policy = await policyOfRules([domains]);
  const { findings, effect } = await decided(policy, toolCall('open', { url: 'http://intranet/' }));
  assert.equal(effect, 'allow');
  assert.match(findings[0]!.note, /\/url.* a name without a dot/);
});

test('an entry that is no host, network or expression is refused when the config is loaded, by its place', async () => {
  for (const [entry, why] of [
    ['https://a.example/', /is a URL: write its host/],
    ['a.example/path', /neither a host nor a network/],
    ['/(a)\\1/', /back-references/],
    ['a b', /is no host/],
    ['fu\u00dfball.example', /can be read in two ways/],
    ['m\u00fcnchen.*', /xn--/],
    ['a*b*c*d*e', /stars/],
  ] as const) {
    await assert.rejects(policyWith({ deny: ['ok.example', entry] }), (error: Error) => {
      assert.match(error.message, why, entry);
      assert.match(error.message, /^policies\.tools\["web\/\*"\]\.domains\.deny\[1\] \(sallyport\.yaml:\d+\)/);
      return true;
    });
  }
});

test('entries mean hosts, however they are written', async () => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['M\u00dcNCHEN.example.', 'http://xn--mnchen-3ya.example/', true],
    ['*.m\u00fcnchen.example', 'http://a.xn--mnchen-3ya.example/', true],
    ['*', 'http://any.example/', true],
    ['a?.example', 'http://a1.example/', true],
    ['{a,b}.example', 'http://b.example/', true],
    ['A*.Example', 'http://abc.example/', true],
    ['8.8.8.8', 'http://134744072/', true],
    ['[2606:4700::1]', 'http://[2606:4700:0::1]/', true],
    ['2606:4700::1', 'http://[2606:4700:0::1]/', true],
    ['2606:4700::/32', 'http://[2606:4700:0::1]/', true],
    ['[2606:4700::1]:81', 'http://[2606:4700::1]:81/', true],
    ['[2606:4700::1]:81', 'http://[2606:4700::1]/', false],
    ['*.8.8', 'http://8.8.8.8/', false],
    ['8.0.0.0/8', 'http://eight.example/', false],
    ['a.example:80', 'http://a.example/', true],
    ['a.example:80', 'https://a.example/', false],
  ];
  for (const [entry, url, matches] of cases) {
    const { effect } = await decided(await policyWith({ deny: [entry] }), toolCall('open', { url }));
    assert.equal(effect, matches ? 'deny' : 'allow', `${entry} ${url}`);
  }
});

test('`block_private` holds for its own rule, whatever the baseline allows', async () => {
  const baseline = { private_addresses: 'allow', loopback_addresses: 'allow' };
  const open = await policyOfRules([domains], { baseline });
  const closed = await policyWith({ block_private: true }, { baseline });
  for (const url of ['http://10.0.0.1/', 'http://localhost:3000/']) {
    assert.equal((await decided(open, toolCall('open', { url }))).effect, 'allow');
    const { reason } = await decided(closed, toolCall('open', { url }));
    assert.deepEqual([reason?.code, reason?.rule], ['SP3133', 'policies.tools["web/*"].domains.block_private']);
  }
  assert.equal((await decided(closed, toolCall('open', { url: 'http://a.example/' }))).effect, 'allow');
});

test('what nothing may open stays closed when the baseline is open', async () => {
  const baseline = { private_addresses: 'allow', loopback_addresses: 'allow', unlisted_domains: 'allow' };
  const policy = await policyOfRules([domains], { baseline });
  for (const url of [
    'http://169.254.169.254/',
    'http://[fe80::1]/',
    'http://localhost:2375/',
    'http://127.0.0.1:10250/',
    'http://a@b.example/',
    '\\\\10.0.0.1\\share',
    'a%2eb',
    'see http://a.example/',
    'view-source:http://a.example/',
  ]) {
    assert.equal((await decided(policy, toolCall('open', { url }))).effect, 'deny', url);
  }
  for (const url of [
    'mailto:ana@a.example',
    'ana@a.example',
    '/a/b',
    'words that are no host',
    'x-custom:thing',
    'ssh://git@a.example/r',
    `data:,${'a'.repeat(9000)}`,
  ]) {
    assert.equal((await decided(policy, toolCall('open', { url }))).effect, 'allow', url);
  }
});

test('a host behind an account name is judged', async () => {
  const { reason } = await decided(await policyOfRules([domains]), toolCall('ssh', { host: 'root@10.0.0.1' }));
  assert.equal(reason?.code, 'SP3133');
});

test('what is no text where an address must stand is refused', async () => {
  const policy = await policyWith({ in: ['target'], deny: ['a.example'] });
  const { reason } = await decided(policy, toolCall('go', { target: { deep: [1] } }));
  assert.deepEqual([reason?.code, reason?.at], ['SP3132', '/target/deep/0']);
});

test('a file is for tools that are not known to fetch', async () => {
  const policy = await policyOfRules([domains]);
  const url = 'file:///home/ana/project/a.txt';
  assert.equal((await decided(policy, toolCall('open', { url }))).effect, 'allow');
  assert.equal((await decided(policy, toolCall('fetch_page', { url }))).reason?.code, 'SP3134');
});

test('questions to the client, and calls that name no host, are passed at once', async () => {
  const policy = await policyOfRules([domains]);
  const judge = policy.checks[0]!.judge;
  const verdict = judge.call!({ ...toolCall('x', { url: 'http://10.0.0.1/' }), direction: 'to-client' });
  assert.deepEqual(verdict, { pass: true });
  assert.deepEqual(judge.call!(toolCall('x', { text: 'http://10.0.0.1/' })), { pass: true });
  judge.warm!();
});

test('once it is loaded, it answers at once', async () => {
  const policy = await policyWith({ deny: ['a.example'] });
  assert.ok(!(policy.checks[0]!.judge.call!(toolCall('open', { url: 'http://a.example/' })) instanceof Promise));
});

test('a denial of what is no address says what is wrong with it', async () => {
  const policy = await policyWith({ allow: ['a.example'] });
  for (const [args, why] of [
    [{ host: 'no host at all' }, 'it is neither a URL nor a host'],
    [{ url: 'no host at all' }, 'it is no URL with a scheme'],
  ] as const) {
    const { reason } = await decided(policy, toolCall('open', args));
    assert.equal(reason?.code, 'SP3132');
    assert.ok(reason.text.endsWith(`cannot be judged: ${why}`), reason.text);
  }
});
