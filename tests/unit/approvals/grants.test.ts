import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { MemoryStore } from '../../../lib/approvals/store.ts';
import {
  ApprovalsScene,
  answerOf,
  paramsOf,
  type SoundedCall,
  soughtFor,
  takenBy,
  USUAL_APPROVALS,
} from '../../support/approvals/approvals-scene.ts';

/** A scene in which an agreement to the usual call waits for it. */
function withGrant(scene: ApprovalsScene = new ApprovalsScene()): ApprovalsScene {
  scene.seek();
  scene.pass(55_000);
  assert.equal(scene.desk.answer(scene.desk.pending()[0]!.id, answerOf()), undefined);
  return scene;
}

function theGrant(scene: ApprovalsScene): { readonly name: string; readonly text: string } {
  const [name] = scene.store.grants('once-');
  return { name: name!, text: scene.store.grant(name!)! };
}

function whyRefused(scene: ApprovalsScene): unknown {
  return scene.events('approval_refused').at(-1)?.why;
}

function sought(call: SoundedCall): SoundedCall {
  assert.ok('agreement' in call.heard[0]!, 'an agreement was found');
  return call;
}

test('a grant is one for the call it was given for, whatever it is taken with', () => {
  const { principal, facts, resource } = soughtFor().call;
  const others = {
    'other arguments': { params: paramsOf({ path: 'b' }) },
    'other principal': { call: soughtFor(undefined, { principal: { ...principal, subject: 'eve' } }).call },
    'other client': { call: soughtFor(undefined, { principal: { ...principal, clientId: 'x' } }).call },
    'other backend': { call: soughtFor(undefined, { resource: { ...resource, backend: 'x' } }).call },
    'other resource': { call: soughtFor(undefined, { resource: { ...resource, id: 'x' } }).call },
    'other action': { call: soughtFor(undefined, { action: 'prompts/get' }).call },
    'other definition': {
      call: soughtFor(undefined, { facts: { ...facts, offered: { kind: 'tool', id: 'read', hash: 'h' } } }).call,
    },
    'other policy': { policy: 'another' },
  };
  for (const [why, given] of Object.entries(others)) {
    const scene = withGrant();
    const call = sought(scene.seek());
    assert.equal(takenBy(call, given), 'SP6006', why);
    assert.equal(whyRefused(scene), why);
    assert.equal(takenBy(call), 'made', 'the call itself');
  }
});

test('two calls that found one grant are not both made', () => {
  const scene = withGrant();
  const [one, two] = [sought(scene.seek()), sought(scene.seek())];
  assert.equal(takenBy(two), 'made');
  assert.equal(takenBy(one), 'SP6006');
  assert.equal(whyRefused(scene), 'used');
});

test('a grant for a policy or a definition that has changed is refused and told of, and a person is asked anew', () => {
  const scene = withGrant();
  scene.revision = 'next';
  assert.equal(takenBy(scene.seek(soughtFor(undefined, {}, 'next'))), 'waits');
  assert.equal(whyRefused(scene), 'other policy');
  assert.deepEqual(scene.store.grants('once-'), []);
  const other = withGrant();
  const { facts } = soughtFor().call;
  const offered = { kind: 'tool', id: 'read', hash: 'sha256:new' } as const;
  assert.equal(takenBy(other.seek(soughtFor(undefined, { facts: { ...facts, offered } }))), 'waits');
  assert.equal(whyRefused(other), 'other definition');
});

test('a policy that changes between the agreement and its use is refused', () => {
  const scene = withGrant();
  const call = sought(scene.seek());
  scene.revision = 'next';
  assert.equal(takenBy(call), 'SP6006');
  assert.equal(whyRefused(scene), 'other policy');
});

test('a request of a policy that is gone is not answered any more', () => {
  const scene = new ApprovalsScene();
  const call = scene.seek();
  scene.revision = 'next';
  assert.equal(scene.desk.answer(scene.desk.pending()[0]!.id, answerOf())?.code, 'SP6006');
  assert.equal(takenBy(call), 'SP6006');
  assert.deepEqual(scene.desk.pending(), []);
});

test('no byte of a grant can be changed', () => {
  const scene = withGrant();
  const { name, text } = theGrant(scene);
  for (let at = 0; at < text.length; at++) {
    const changed = text.slice(0, at) + String.fromCharCode(text.charCodeAt(at) ^ 1) + text.slice(at + 1);
    scene.store.keepGrant(name, changed);
    const call = scene.seek();
    assert.equal(takenBy(call), 'waits', `byte ${at}`);
    call.cancel();
    assert.equal(whyRefused(scene), 'altered');
    // So many questions for nothing are more than one desk puts.
    scene.open();
  }
  scene.store.keepGrant(name, text);
  assert.equal(takenBy(scene.seek()), 'made', 'as it was');
});

test('a grant signed with another key, or standing under another name, is none', () => {
  const store = new MemoryStore();
  const elsewhere = withGrant(new ApprovalsScene({ store, key: randomBytes(32) }));
  const { name, text } = theGrant(elsewhere);
  const scene = new ApprovalsScene({ store });
  assert.equal(takenBy(scene.seek()), 'waits');
  assert.equal(whyRefused(scene), 'altered');
  const copied = withGrant();
  const grant = theGrant(copied);
  const copy = `${grant.name.slice(0, -18)}${'0'.repeat(18)}`;
  copied.store.keepGrant(copy, grant.text);
  assert.equal(takenBy(copied.seek()), 'made');
  assert.equal(takenBy(copied.seek()), 'waits', 'the copy');
  assert.ok(name.length > 0 && text.length > 0);
});

test('a text signed for another purpose is no grant', () => {
  const store = new MemoryStore();
  let kept = '';
  store.keepPending = (_id: string, text: string) => {
    kept = text;
  };
  const scene = withGrant(new ApprovalsScene({ store }));
  const { name } = theGrant(scene);
  scene.store.keepGrant(name, kept);
  assert.equal(takenBy(scene.seek()), 'waits');
  assert.equal(whyRefused(scene), 'altered');
});

test('a clock that is set back or forward gives no grant a longer life', () => {
  const back = withGrant();
  back.clock.jump(-3_600_000);
  assert.equal(takenBy(back.seek()), 'waits');
  assert.equal(whyRefused(back), 'clock set back');
  const slightly = withGrant();
  slightly.clock.jump(-50_000);
  slightly.pass(590_000);
  assert.equal(takenBy(slightly.seek()), 'made');
  const twice = withGrant();
  twice.clock.jump(-50_000);
  twice.pass(610_000);
  assert.equal(takenBy(twice.seek()), 'waits', 'its time has passed, whatever the clock says');
  const forward = withGrant();
  forward.clock.jump(3_600_000);
  assert.equal(takenBy(forward.seek()), 'waits');
  assert.equal(whyRefused(forward), 'expired');
});

test('a grant that was given before is used once, for any arguments or those it names', () => {
  const scene = new ApprovalsScene();
  scene.seek().cancel();
  const digest = 'a'.repeat(64);
  const given = {
    resource: 'files/read',
    digest,
    ttlMs: 60_000,
    by: 'ops',
    why: 'a release',
    assurance: 'os-auth',
  } as const;
  assert.ok('grant' in scene.desk.grant(given));
  assert.equal(takenBy(scene.seek()), 'waits', 'other arguments');
  assert.ok('grant' in scene.desk.grant({ ...given, digest: undefined }));
  assert.equal(takenBy(scene.seek(soughtFor({ path: 'c' }))), 'made');
  assert.equal(takenBy(scene.seek(soughtFor({ path: 'd' }))), 'waits');
  scene.desk.grant({ ...given, digest: undefined });
  scene.pass(60_000);
  assert.equal(takenBy(scene.seek(soughtFor({ path: 'e' }))), 'waits', 'expired');
});

test('where somebody else must agree, nobody makes a call under a grant they gave themselves', () => {
  const scene = new ApprovalsScene();
  scene.settings = { ...USUAL_APPROVALS, separateApprover: true };
  const { subject } = soughtFor().call.principal;
  const given = {
    resource: 'files/read',
    digest: undefined,
    ttlMs: 60_000,
    why: 'a release',
    assurance: 'os-auth',
  } as const;
  assert.ok('grant' in scene.desk.grant({ ...given, by: subject }));
  assert.equal(takenBy(scene.seek()), 'waits');
  assert.ok('grant' in scene.desk.grant({ ...given, by: 'ops' }));
  assert.equal(takenBy(scene.seek()), 'made');
});

test('a grant that was given needs the assurance the call needs, a reason, a tool and an end', () => {
  const scene = new ApprovalsScene();
  scene.profile = 'strict';
  scene.effect = { kind: 'destructive', flags: [], origin: 'operator' };
  const given = {
    resource: 'files/read',
    digest: undefined,
    ttlMs: 60_000,
    by: 'ops',
    why: 'a release',
    assurance: 'same-user',
  } as const;
  scene.desk.grant(given);
  assert.equal(takenBy(scene.seek()), 'waits');
  for (const wrong of [{ why: ' ' }, { resource: 'read' }, { ttlMs: 0 }, { ttlMs: 1e12 }, { digest: 'x' }]) {
    const refused = scene.desk.grant({ ...given, ...wrong });
    assert.ok('refused' in refused && refused.refused.code === 'SP6007', JSON.stringify(wrong));
  }
});
