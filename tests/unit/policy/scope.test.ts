import assert from 'node:assert/strict';
import { test } from 'node:test';
import { scopeOf } from '../../../lib/policy/scope.ts';
import { callWith } from '../../support/policy/calls.ts';

const principal = (subject: string, clientId: string) => ({ ...callWith().principal, subject, clientId });

test('what a legacy client does in one session belongs together', () => {
  assert.equal(
    scopeOf(callWith({ session: 'a' })),
    scopeOf(callWith({ session: 'a', principal: principal('x', 'y') })),
  );
  assert.notEqual(scopeOf(callWith({ session: 'a' })), scopeOf(callWith({ session: 'b' })));
});

test('a modern client has no sessions, so all it asks for one subject belongs together, and nothing else does', () => {
  const modern = (subject: string, clientId: string, session: string) =>
    scopeOf(callWith({ era: 'modern', session, principal: principal(subject, clientId) }));
  assert.equal(modern('ana', 'ci', 's1'), modern('ana', 'ci', 's2'));
  const scopes = [
    modern('ana', 'ci', 's'),
    modern('bob', 'ci', 's'),
    modern('ana', 'x', 's'),
    modern('ana","ci', '', 's'),
  ];
  assert.equal(new Set(scopes).size, 4);
});
