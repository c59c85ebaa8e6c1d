import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Json } from '../../../lib/model/json.ts';
import type { EffectFlag, EffectKind, EffectRule } from '../../../lib/model/rules.ts';
import { readEffect, toolEffect } from '../../../lib/policy/effects.ts';

const said = (kind: EffectKind | undefined, flags: EffectFlag[] = [], layer = 1): EffectRule => ({
  rule: 'policies.effects.x',
  source: 'a.yaml:1',
  selector: '*',
  layer,
  kind,
  flags,
});
const shape = (annotations: Json) => ({ schema: {}, annotations, defect: undefined });

test('an unknown tool writes', () => {
  assert.deepEqual(toolEffect([], undefined, 'frobnicate', undefined), { kind: 'write', flags: [], origin: 'guess' });
});

for (const name of ['delete_file', 'deleteFile', 'DELETE', 'HTTPDelete', 'x-drop-y', 'send_mail', 'pay', 'kill9']) {
  test(`${name} sounds as if it destroys`, () =>
    assert.equal(toolEffect([], undefined, name, undefined).kind, 'destructive'));
}

for (const name of ['deleted_items_list', 'dropdown', 'payload', 'removal', 'skills']) {
  test(`${name} does not`, () => assert.equal(toolEffect([], undefined, name, undefined).kind, 'write'));
}

test('a name or an annotation that reaches out brings what strangers say', () => {
  const flags = ['external', 'untrusted'];
  assert.deepEqual(toolEffect([], undefined, 'fetch', undefined).flags, flags);
  assert.deepEqual(toolEffect([], undefined, 'x', shape({ openWorldHint: true })).flags, flags);
  assert.deepEqual(toolEffect([], undefined, 'x', shape({ openWorldHint: 'true' })).flags, []);
});

test('annotations raise and never lower', () => {
  assert.equal(toolEffect([], undefined, 'x', shape({ destructiveHint: true })).kind, 'destructive');
  assert.equal(toolEffect([], undefined, 'x', shape({ readOnlyHint: true })).kind, 'write');
  assert.equal(
    toolEffect([], undefined, 'delete', shape({ readOnlyHint: true, destructiveHint: false })).kind,
    'destructive',
  );
});

test('a preset knows better than names and annotations', () => {
  const preset = { kind: 'read', flags: ['private'] } as const;
  const effect = toolEffect([], preset, 'delete_fetch', shape({ destructiveHint: true }));
  assert.deepEqual(effect, { kind: 'read', flags: ['private'], origin: 'preset' });
  assert.deepEqual(toolEffect([], { kind: 'read' }, 'fetch', undefined).flags, []);
});

test('operators know better than presets, and the strongest of their words holds', () => {
  const effect = toolEffect(
    [said('read'), said('write', ['external'])],
    { kind: 'destructive', flags: ['private'] },
    'x',
    undefined,
  );
  assert.deepEqual(effect, { kind: 'write', flags: ['private', 'external'], origin: 'operator' });
});

test('an operator who says no flags leaves those of the name, and one who says some means these', () => {
  assert.deepEqual(toolEffect([said('read')], undefined, 'fetch', undefined).flags, ['external', 'untrusted']);
  assert.deepEqual(toolEffect([said('read', ['private'])], undefined, 'fetch', undefined).flags, ['private']);
});

test('flags alone leave the kind to the preset or the name', () => {
  assert.deepEqual(toolEffect([said(undefined, ['private'])], undefined, 'drop', undefined), {
    kind: 'destructive',
    flags: ['private'],
    origin: 'guess',
  });
  assert.equal(toolEffect([said(undefined, ['private'])], { kind: 'read' }, 'x', undefined).origin, 'preset');
});

test('later layers of the config only raise', () => {
  assert.equal(toolEffect([said('read', [], 2)], undefined, 'x', undefined).kind, 'write');
  assert.deepEqual(toolEffect([said('read'), said('destructive', ['external'], 2)], undefined, 'x', undefined), {
    kind: 'destructive',
    flags: ['external'],
    origin: 'operator',
  });
});

test('prompts and resources are read, and operators say what is in them', () => {
  assert.deepEqual(readEffect([]), { kind: 'read', flags: [], origin: 'preset' });
  assert.deepEqual(readEffect([said(undefined, ['private'])]), {
    kind: 'read',
    flags: ['private'],
    origin: 'operator',
  });
  assert.equal(readEffect([said('write')]).kind, 'write');
});
