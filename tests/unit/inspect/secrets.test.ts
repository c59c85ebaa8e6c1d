import assert from 'node:assert/strict';
import { test } from 'node:test';
import { SecretFinder, Work } from '../../../lib/inspect/secrets/find-secrets.ts';
import { lookAlikes, Maker, madeSecrets, SHAPES } from '../../support/attacks/made-secrets.ts';

const finder = new SecretFinder();
const maker = new Maker(12);
const made = (name: string) => SHAPES.find((shape) => shape.name === name)!.make(maker).text;

/** `text` as whoever may not see secrets would see it. */
function shown(text: string, by = finder): string {
  let seen = '';
  let at = 0;
  for (const { kind, start, end } of by.find(text)) {
    seen += `${text.slice(at, start)}[${kind}]`;
    at = end;
  }
  return seen + text.slice(at);
}

test('at least 150 of 160 made secrets, of 40 kinds in 4 places, are found from their first to their last character', () => {
  const all = madeSecrets();
  assert.equal(all.length, 160);
  const missed = all.filter(({ text, secret }) => {
    const seen = shown(text);
    return seen.includes(secret) || seen.includes(secret.slice(-12)) || seen.includes(secret.slice(0, 12));
  });
  assert.ok(all.length - missed.length >= 150, missed.map(({ shape, context }) => `${shape} in ${context}`).join(', '));
});

test('none of the look-alikes is taken for a secret', () => {
  const found = lookAlikes().map(([name, text]) => [name, finder.find(text).map(({ kind }) => kind)]);
  assert.equal(found.length, 26);
  assert.deepEqual(
    found.filter(([, kinds]) => kinds!.length > 0),
    [],
  );
});

test('what is around a secret is not taken with it', () => {
  const token = made('github-pat');
  assert.equal(shown(`export GH=${token}; make`), 'export GH=[github-token]; make');
  assert.equal(shown(`https://ann:${'s3cr3t-Passw0rd'}@db.corp.io/x`), 'https://ann:[url-password]@db.corp.io/x');
  const [first, second] = [made('npm'), made('stripe-live')];
  assert.equal(shown(`${first} and ${second}`), '[npm-access-token] and [stripe-access-token]');
});

test('a private key is found to its end, and as far as it goes when its end is missing', () => {
  const key = made('private-key');
  assert.equal(shown(`before\n${key}\nafter`), 'before\n[private-key]\nafter');
  assert.ok(!shown(key.slice(0, 400)).includes(key.slice(380, 400)));
});

test('the name of a member says what its value is', () => {
  const value = maker.alnum(24);
  assert.deepEqual(finder.find(value), []);
  assert.deepEqual(
    finder.find(value, 'client_secret').map(({ start, end, confidence }) => [start, end, confidence]),
    [[0, 24, 'likely']],
  );
  assert.deepEqual(finder.find(value, 'nextPageToken'), []);
  assert.deepEqual(finder.find('correct-Horse7', 'password').length, 1);
});

test('values that were allowed are no secrets', () => {
  const token = made('github-pat');
  assert.deepEqual(new SecretFinder({ allow: [token] }).find(`token ${token}`), []);
});

test('texts that only look random count for those who ask for it', () => {
  const random = `${maker.alnum(30)}9aZ`;
  assert.deepEqual(finder.find(`see ${random} there`), []);
  assert.equal(shown(`see ${random} there`, new SecretFinder({ entropy: true })), 'see [random-text] there');
  const [, uuid] = lookAlikes().find(([name]) => name === 'uuid')!;
  assert.equal(shown(uuid, new SecretFinder({ entropy: true })), uuid);
});

test('bytes without a keyword hold no secret, and those that could hide one are looked at', () => {
  const may = (text: string) => finder.mayHold(Buffer.from(text), 0, Buffer.byteLength(text));
  assert.equal(may('{"path":"docs/readme.md","lines":[1,2]}'), false);
  assert.equal(may(JSON.stringify({ text: made('github-pat') })), true);
  assert.equal(may('{"text":"\\u0067hp_"}'), true);
});

test('a message that asks for endless work is given up on, and it is said', () => {
  const work = new Work();
  const text = 'password="bedrock-api-key="'.repeat(20_000);
  for (let i = 0; i < 20 && !work.exhausted; i++) finder.find(text, undefined, work);
  assert.equal(work.exhausted, true);
  const little = new Work();
  finder.find('x'.repeat(1_000_000), undefined, little);
  assert.equal(little.exhausted, false);
});
