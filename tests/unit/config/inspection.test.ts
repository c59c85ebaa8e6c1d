import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { InspectionConfig } from '../../../lib/model/inspection.ts';
import { configOf, problemsIn } from '../../support/config/config-texts.ts';

const BACKEND = 'backends: [{name: one, command: my-server}]';

function inspectionOf(security: string, profile = 'balanced'): InspectionConfig {
  return configOf({ config: `version: 1\nprofile: ${profile}\n${BACKEND}\n${security}\n` }).config.inspection;
}

/** A section, and what comes of it: threshold, and the actions for arguments, answers and definitions. */
const CASES: readonly (readonly [
  note: string,
  profile: string,
  section: string,
  threshold: number,
  actions: string,
])[] = [
  ['the balanced profile marks answers', 'balanced', '', 0.35, 'flag flag block'],
  ['the strict profile refuses', 'strict', '', 0.35, 'block block block'],
  ['a word is a threshold', 'balanced', '{sensitivity: high}', 0.15, 'flag flag block'],
  ['a number goes before a word', 'balanced', '{sensitivity: high, block_threshold: 0.5}', 0.5, 'flag flag block'],
  ['one action is that of all', 'balanced', '{action: redact}', 0.35, 'redact redact redact'],
  ['each direction may have its own', 'balanced', '{action: {request: log}}', 0.35, 'log flag block'],
];

for (const [note, profile, section, threshold, expected] of CASES) {
  test(`injection: ${note}`, () => {
    const security = section === '' ? '' : `security: {injection: ${section}}`;
    const { blockThreshold, actions } = inspectionOf(security, profile).injection;
    const { args, result, description } = actions;
    assert.deepEqual([blockThreshold, `${args} ${result} ${description}`], [threshold, expected]);
  });
}

test('injection that is not enabled looks at nothing, and directions say at what', () => {
  assert.deepEqual(inspectionOf('security: {injection: {enabled: false}}').injection.channels, []);
  const { channels } = inspectionOf('security: {injection: {directions: [response]}}').injection;
  assert.deepEqual(channels, ['result']);
});

test('a managed config can only be tightened: lower thresholds, stricter actions, fewer exceptions', () => {
  const managed =
    'version: 1\nsecurity: {injection: {block_threshold: 0.3, action: redact}, secrets: {allow: [a, b]}}\n';
  const config = `version: 1\n${BACKEND}\nsecurity:\n  injection: {block_threshold: 0.9, action: {request: log, response: block}}\n  secrets: {allow: [b, c], action: "off"}\n`;
  const { injection, secrets } = configOf({ managed, config }).config.inspection;
  assert.equal(injection.blockThreshold, 0.3);
  assert.deepEqual(injection.actions, { args: 'redact', result: 'block', description: 'redact' });
  assert.deepEqual(secrets.allow, ['b']);
});

test('what the profile decides about secrets by the tool is left open, and what is said is not', () => {
  assert.deepEqual([inspectionOf('').secrets.request, inspectionOf('').secrets.response], [undefined, undefined]);
  const { secrets } = inspectionOf('security: {secrets: {action: {request: block}, personal: redact}}');
  assert.deepEqual([secrets.request, secrets.response, secrets.personal], ['block', undefined, 'redact']);
});

test('pins are kept beside the config, and strict ones under the strict profile', () => {
  const of = (text: string) => configOf({ config: `version: 1\n${BACKEND}\n${text}\n` }).config.registry;
  assert.match(of('').lockfile ?? '', /[\\/]sallyport\.lock\.json$/);
  assert.equal(of('').pin, 'tofu');
  assert.equal(of('profile: strict').pin, 'strict');
  assert.equal(of('security: {registry: {lockfile: /srv/pins.json}}').lockfile, '/srv/pins.json');
});

test('a word that is none of an action is told the words there are, and the other form', () => {
  const said = (section: string) =>
    problemsIn(`version: 1\n${BACKEND}\nsecurity: ${section}\n`).map(({ message }) => message);
  assert.deepEqual(said('{ secrets: { action: mask } }'), [
    'security.secrets.action: must be one of "block", "redact", "flag", "off", or a mapping',
  ]);
});
