import assert from 'node:assert/strict';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { createMask } from '../../../lib/model/mask.ts';
import { faultsOf, load } from '../../support/config/config.ts';

const HEAD = 'version: 1\nbackends: [{name: a, command: b}]\n';
const detector = (keys: string) => `${HEAD}security:\n  injection:\n    detectors:\n      - {${keys}}\n`;
const classifier = (keys: string) => `${HEAD}security:\n  injection:\n    classifier: {type: onnx, ${keys}}\n`;
const AT = 'security.injection.detectors[0]';

test('a detector is reached by https, or by http on loopback, at a URL without credentials', (t) => {
  for (const url of [
    'https://guard.example/v1?x=y',
    'http://127.0.0.1:8080/',
    'http://localhost/',
    'http://[::1]:1/',
  ]) {
    assert.deepEqual(faultsOf(t, detector(`url: "${url}"`)), [], url);
  }
  for (const [url, why] of [
    ['http://guard.example/', 'must be https, unless it is on loopback'],
    ['http://10.0.0.1/', 'must be https, unless it is on loopback'],
    ['http://127.0.0.1.example/', 'must be https, unless it is on loopback'],
    ['ftp://guard.example/', 'must begin with https:// or http://'],
    ['guard.example', 'must be a URL such as https://mcp.example.com/mcp'],
    ['https://me:secret@guard.example/', 'must not hold a user or a password; put them into `headers`'],
    ['https://guard.example/#x', 'must not have a part behind "#"'],
  ] as const) {
    assert.deepEqual(faultsOf(t, detector(`url: "${url}"`)), [`SP1005 6:15 ${AT}.url: ${why}`], url);
  }
  assert.deepEqual(faultsOf(t, detector('timeout: 1s')), [`SP1006 6:9 required key "url" is missing in ${AT}`]);
});

test('headers that HTTP needs or that cannot be any are faults, and no permission makes http good', (t) => {
  const url = 'url: "https://guard.example/"';
  assert.deepEqual(faultsOf(t, detector(`${url}, headers: {"Content-Type": x, "a b": y, Good: "z\\n"}`)), [
    `SP1005 6:67 ${AT}.headers.Content-Type: is set by Sallyport itself`,
    `SP1005 6:77 ${AT}.headers["a b"]: is not a name a header can have`,
    `SP1005 6:86 ${AT}.headers.Good: has a value no header can carry: visible ASCII, without a line break or space at its ends`,
  ]);
  assert.deepEqual(faultsOf(t, detector('url: "http://guard.example/", allow_insecure: true')), [
    `SP1005 6:15 ${AT}.url: must be https, unless it is on loopback`,
    `SP1003 6:40 unknown key "allow_insecure" in ${AT}`,
  ]);
});

test('nobody waits for another judge for a moment or for ever', (t) => {
  const url = 'url: "https://guard.example/"';
  for (const timeout of ['1ms', '31s', '1d']) {
    assert.deepEqual(
      faultsOf(t, detector(`${url}, timeout: ${timeout}`)),
      [`SP1005 6:50 ${AT}.timeout: must be from 10ms to 30s`],
      timeout,
    );
    assert.deepEqual(faultsOf(t, classifier(`model: m, tokenizer: t, timeout: ${timeout}`)), [
      'SP1005 5:63 security.injection.classifier.timeout: must be from 10ms to 30s',
    ]);
  }
  assert.deepEqual(faultsOf(t, detector(`${url}, timeout: soon`)), [
    `SP1005 6:50 ${AT}.timeout: must be a duration such as 250ms, 60s or 90d`,
  ]);
});

test('what a detector is sent to be let in is a secret, wherever it stands', (t) => {
  const headers = 'headers: {Authorization: "Bearer key-of-the-guard", X-Team: "team-four"}';
  const text = detector(`url: "https://guard.example/?api_key=in-the-query", ${headers}`);
  const mask = createMask(load(t, { flag: text }).config.secrets);
  for (const secret of ['key-of-the-guard', 'Bearer key-of-the-guard', 'team-four', 'in-the-query'])
    assert.ok(!mask(`before ${secret} behind`).includes(secret), secret);
});

test('a classifier is looked for from the folder of the file that names it', (t) => {
  const { config } = load(t, { flag: classifier('model: models/guard.onnx, tokenizer: /abs/tokenizer.json') });
  const { model, tokenizer, folder } = config.inspection.injection.classifier!;
  assert.equal(model, join(folder, 'models', 'guard.onnx'));
  assert.equal(tokenizer, '/abs/tokenizer.json');
  assert.equal(dirname(dirname(model)), folder);
});

test('a key of a detector that stands in the config itself is a warning, one from the environment is none', (t) => {
  const warnings = (text: string, env = {}) =>
    load(t, { flag: text, env }).warnings.map(({ code, message }) => `${code} ${message}`);
  const keyed = (value: string) =>
    detector(`url: "https://guard.example/", headers: {Authorization: "Bearer ${value}"}`);
  const key = 'a1b2c3d4e5f6a7b8c9d0e1f2';
  assert.deepEqual(warnings(keyed(key)), ['SP1103 Authorization of a detector looks like a literal secret']);
  assert.deepEqual(warnings(keyed('${GUARD_KEY}'), { GUARD_KEY: key }), []);
  assert.deepEqual(warnings(detector(`url: "https://guard.example/?api_key=${key}"`)), [
    'SP1103 url of a detector looks like a literal secret',
  ]);
});
