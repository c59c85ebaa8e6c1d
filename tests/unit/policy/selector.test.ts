import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { EffectFlag, EffectKind, ToolEffect } from '../../../lib/model/rules.ts';
import { GlobError } from '../../../lib/policy/glob.ts';
import { compileConstraint, compileSelector, type Selects } from '../../../lib/policy/selector.ts';

const effect =
  (kind: EffectKind, flags: EffectFlag[] = []) =>
  (): ToolEffect => ({ kind, flags, origin: 'guess' });
const unasked = (): never => assert.fail('nobody needs to know the effect');

function chosen(selects: Selects, kind: EffectKind, flags: EffectFlag[] = []): boolean {
  return selects('files', 'save', effect(kind, flags));
}

test('a lone star selects everything', () => assert.ok(compileSelector('*')('any', 'thing/at all', unasked)));

test('a selector is split at its first slash', () => {
  const selects = compileSelector('files/a/*');
  assert.ok(selects('files', 'a/b/c', unasked));
  assert.ok(!selects('files', 'b/c', unasked));
  assert.ok(!selects('other', 'a/b', unasked));
});

test('a selector without a slash names no tool', () => {
  assert.throws(
    () => compileSelector('files'),
    (error) => error instanceof GlobError && /write backend\/tool/.test(error.message),
  );
});

test('an effect selects by kind and by flag, on the backends it names', () => {
  assert.ok(chosen(compileSelector('*/@write'), 'write'));
  assert.ok(!chosen(compileSelector('*/@write'), 'destructive'));
  assert.ok(chosen(compileSelector('f*/@external'), 'read', ['external']));
  assert.ok(!chosen(compileSelector('f*/@private'), 'read', ['external']));
  assert.ok(!compileSelector('other/@write')('files', 'save', unasked));
});

test('a word that is no effect is refused with those that are', () => {
  assert.throws(() => compileSelector('a/@writes'), /"@writes" is no effect: choose @read, @write/);
  assert.throws(() => compileConstraint('a/@toString'), GlobError);
});

test('what limits writing limits destroying, and what grants it does not grant more', () => {
  for (const kind of ['write', 'destructive'] as const) assert.ok(chosen(compileConstraint('f*/@write'), kind));
  assert.ok(!chosen(compileConstraint('f*/@write'), 'read'));
  assert.ok(!chosen(compileConstraint('g*/@write'), 'destructive'));
  assert.ok(!chosen(compileConstraint('*/@read'), 'destructive'));
  assert.ok(!chosen(compileConstraint('*/@destructive'), 'write'));
  assert.ok(chosen(compileConstraint('*'), 'read'));
});
