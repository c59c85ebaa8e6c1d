import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DAY, HabitScene, MINUTE, START } from '../../support/policy/habits.ts';

test('nothing is flagged while too little is known, by calls and by time', () => {
  const few = new HabitScene();
  few.learn(30);
  assert.equal(few.call({ tool: 'files/delete_all', bytes: 1e6 }), undefined);
  const short = new HabitScene({ learnMs: 30 * DAY });
  short.learn(200);
  assert.equal(short.call({ tool: 'files/delete_all', bytes: 1e6 }), undefined);
  const looked = short.using('look').call(short.traits());
  assert.deepEqual([looked.learning?.callsNeeded, looked.learning?.msNeeded], [50, 30 * DAY]);
});

test('a small share of false positives needs as many calls as it takes to tell', () => {
  const scene = new HabitScene({ falsePositives: 0.001 });
  scene.learn(2300);
  assert.equal(scene.using('look').call(scene.traits()).learning?.callsNeeded, 2400);
  assert.equal(scene.using('look').call(scene.traits({ tool: 'files/delete_all' })).unusual, undefined);
  scene.learn(200);
  assert.equal(scene.call({ tool: 'files/delete_all' })?.feature, 'new_tool');
});

test('a tool nobody called before is flagged, once', () => {
  const scene = new HabitScene();
  scene.learn();
  const found = scene.call({ tool: 'files/delete_all' });
  assert.equal(found?.feature, 'new_tool');
  assert.match(`${found?.usual}; ${found?.seen}`, /^2 tools in \d+ calls; one that was never called before$/);
  assert.equal(scene.call({ tool: 'files/delete_all' }), undefined);
});

test('what was denied is not learned, however often it comes', () => {
  const scene = new HabitScene({ action: 'deny' });
  scene.learn();
  const { calls } = scene;
  for (let i = 0; i < 50; i++) assert.equal(scene.call({ tool: 'files/delete_all' })?.feature, 'new_tool');
  assert.equal(scene.calls, calls);
  assert.equal(scene.call(), undefined, 'what was usual still is');
});

test('a request a hundred times as large is flagged with both sizes, and again when it comes again', () => {
  const scene = new HabitScene();
  scene.learn();
  for (let i = 0; i < 20; i++) {
    const found = scene.call({ bytes: 11_000 });
    assert.equal(found?.feature, 'bytes_out', `time ${i}`);
    assert.match(`${found?.usual}; ${found?.seen}`, /^requests of up to \d+ bytes; one of 11\.0 kB$/);
  }
});

test('an answer a hundred times as large is flagged when it comes, and its call is not learned where it was withheld', () => {
  const scene = new HabitScene({ features: ['bytes_in'], action: 'deny' });
  scene.learn();
  const { calls } = scene;
  const found = scene.call({}, 50_000);
  assert.equal(found?.feature, 'bytes_in');
  assert.match(found!.seen, /^one of 50\.0 kB$/);
  assert.equal(scene.calls, calls);
});

test('arguments of another shape are flagged with their names and without what they say', () => {
  const scene = new HabitScene();
  scene.learn();
  const fresh = scene.call({ args: { path: '/a/b', webhook: 'https://collect.example/x?t=secret' } });
  assert.equal(fresh?.feature, 'arg_shape');
  assert.equal(fresh?.seen, 'a new argument "webhook"');
  const other = scene.call({ args: { path: 'QUJDREVG'.repeat(20) } });
  assert.equal(other?.feature, 'arg_shape');
  assert.match(other!.usual, /^"path" is a path of 4 to 15 characters$/);
  assert.match(other!.seen, /^one long run of letters and digits of 64 to 255 characters$/);
});

test('names of arguments cannot act on whoever reads of them', () => {
  const scene = new HabitScene();
  scene.learn();
  const found = scene.call({ args: { path: '/a/b', '\u001b[2Jname\u202e': 1 } });
  assert.equal(found?.seen, 'a new argument "\\u001b[2Jname\\u202e"');
});

test('a burst is flagged, and a pace that is usual is not', () => {
  const scene = new HabitScene({ features: ['rate'] });
  scene.learn(300);
  let flagged = 0;
  for (let i = 0; i < 200; i++) {
    scene.nowMs -= 3 * MINUTE - 100;
    if (scene.call()?.feature === 'rate') flagged++;
  }
  assert.ok(flagged > 100, `${flagged} of 200`);
});

test('calls at an hour nobody worked at are flagged', () => {
  const scene = new HabitScene({ features: ['hour'], learnMs: DAY });
  for (let day = 0; day < 4; day++) {
    scene.nowMs = START + day * DAY;
    scene.learn(60);
  }
  const night = Math.floor((START + 4 * DAY) / DAY) * DAY + 3 * 60 * MINUTE;
  const found = scene.call({ atMs: night });
  assert.equal(found?.feature, 'hour');
  assert.equal(found?.seen, 'one at 03:00 to 04:00 UTC on weekdays');
});

test('one caller teaches nothing about another', () => {
  const scene = new HabitScene();
  scene.learn();
  for (let i = 0; i < 200; i++) scene.call({ account: 'eve', tool: 'files/delete_all', bytes: 1e6 });
  assert.equal(scene.call({ tool: 'files/delete_all' })?.feature, 'new_tool');
  assert.equal(scene.call({ bytes: 1e6 })?.feature, 'bytes_out');
});

test('a day of floods teaches no more than twice a usual day', () => {
  const scene = new HabitScene();
  scene.learn(480);
  const { calls } = scene;
  for (let i = 0; i < 5000; i++) {
    scene.nowMs -= 3 * MINUTE - 1;
    scene.call({ bytes: 106 });
  }
  assert.ok(scene.calls - calls <= 1000, `${scene.calls - calls} were learned`);
});

test('sizes that creep up are followed only as fast as they come with the rest', () => {
  const scene = new HabitScene();
  scene.learn(500);
  let flagged = 0;
  // Four times as large within two hours, in steps too small to see.
  for (let i = 0; i < 40; i++)
    if (scene.call({ bytes: Math.round(106 * 1.15 ** i) })?.feature === 'bytes_out') flagged++;
  assert.ok(flagged > 15, `${flagged} of 40`);
});

test('a call that is judged again is counted once and hears the same', () => {
  const scene = new HabitScene({ action: 'require_approval' });
  scene.learn();
  const habits = scene.using('learn');
  const traits = scene.traits({ tool: 'files/delete_all' });
  const first = habits.call(traits);
  assert.equal(first.unusual?.feature, 'new_tool');
  assert.equal(habits.call(traits), first);
  assert.equal(scene.told.filter(({ event }) => event === 'anomaly').length, 1);
});

test('whoever only looks changes nothing and is not told of', () => {
  const scene = new HabitScene();
  scene.learn();
  const before = JSON.stringify(scene.book.kept());
  const look = scene.using('look');
  for (let i = 0; i < 10; i++) {
    const traits = scene.traits({ tool: 'files/delete_all' });
    assert.equal(look.call(traits).unusual?.feature, 'new_tool');
    look.ended(traits.id, true, 5);
  }
  assert.equal(JSON.stringify(scene.book.kept()), before);
  assert.deepEqual(
    scene.told.map(({ event }) => event),
    ['anomaly_learned'],
  );
});

test('a clock that jumps or goes backwards neither forgets what was learned nor flags what is usual', () => {
  const scene = new HabitScene({ features: ['new_tool', 'arg_shape', 'bytes_out', 'rate'] });
  scene.learn(200);
  for (const at of [0, 1, START - 400 * DAY, START + 4000 * DAY, Number.MAX_SAFE_INTEGER, START]) {
    scene.nowMs = at;
    assert.equal(scene.call(), undefined, `at ${at}`);
    assert.equal(scene.call({ tool: `files/new_${at}` })?.feature, 'new_tool', `at ${at}`);
  }
});

test('arguments too large to be looked at are a shape of their own', () => {
  const scene = new HabitScene();
  scene.learn();
  assert.equal(scene.call({ args: undefined })?.feature, 'arg_shape');
});

test('other features are calibrated anew, and until then nothing is flagged', () => {
  const scene = new HabitScene();
  scene.learn();
  const config = { ...scene.config, features: ['new_tool', 'hour'] as const };
  const other = new HabitScene(config);
  other.book.merge(scene.book);
  other.nowMs = scene.nowMs;
  assert.equal(other.using('look').call(other.traits({ tool: 'files/delete_all' })).unusual, undefined);
  other.learn(60);
  assert.equal(other.call({ tool: 'files/delete_all' })?.feature, 'new_tool');
});
