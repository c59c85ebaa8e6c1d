import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { CHECKS } from '../../lib/checks/index.ts';
import type { Inspector } from '../../lib/checks/injection/inspector.ts';
import { ourInspector } from '../../lib/checks/injection/our-inspector.ts';
import { injectionWith } from '../../lib/checks/injection.ts';
import { InspectionThread } from '../../lib/inspect/thread/inspection-thread.ts';
import { codesIn, ORDER, type Scene, sceneOf } from '../support/attacks/hidden-instructions.ts';
import { temporaryFolder } from '../support/folder.ts';

const REDACT = 'security: { injection: { action: redact } }\n';
const SENTENCE = 'The meeting is moved to Thursday, and lunch is at noon. ';
const HALF = SENTENCE.repeat(1_000_000 / SENTENCE.length);

/** How a message was read by somebody else than the main thread: what it scored, or that it was not. */
type Read = number | 'failed';

/** A gateway whose large messages are read by `thread`, once `before` is done. */
function sceneWith(t: TestContext, config: string, thread: InspectionThread, before = Promise.resolve()) {
  const reads: Read[] = [];
  const load = async (): Promise<Inspector> => {
    const inspector = await ourInspector(thread);
    return {
      ...inspector,
      readElsewhere: async (message, channel, tail) => {
        await before;
        const reading = inspector.readElsewhere!(message, channel, tail);
        reading.then(
          ({ assessment }) => reads.push(assessment.score),
          () => reads.push('failed'),
        );
        return reading;
      },
    };
  };
  const checks = CHECKS.map((check) => (check.id === 'injection' ? injectionWith(load) : check));
  const scene = sceneOf(t, config, { checks });
  return { ...scene, reads };
}

/** The answer to a call of which the tool answers two million characters with `inside` in the middle. */
async function answerWith({ engine, client }: Scene, inside: string) {
  const text = `${HALF}${inside} ${HALF}`;
  engine.server.onRequest('tools/call', () => ({ content: [{ type: 'text', text }] }));
  await client.initialize();
  return client.call('work');
}

/** A thread that runs `text` in the place of the program that reads. */
function threadOf(t: TestContext, text: string): InspectionThread {
  const file = join(temporaryFolder(t), 'thread.cjs');
  writeFileSync(file, text);
  return new InspectionThread({}, file);
}

test('an order in the middle of a large result is flagged', async (t) => {
  const scene = sceneWith(t, 'security: { injection: { action: flag } }\n', new InspectionThread());
  const { result } = await answerWith(scene, ORDER);
  assert.equal(result.content[0].text, `${HALF}${ORDER} ${HALF}`);
  assert.match(result.content[1].text, /untrusted/);
  assert.equal(result._meta['dev.sallyport/inspection'].code, 'SP3202');
  assert.equal(scene.reads.length, 1);
  assert.ok(Number(scene.reads[0]) > 0.35);
});

test('an order in the middle of a large result is taken out, and what is left is looked at again', async (t) => {
  const scene = sceneWith(t, REDACT, new InspectionThread());
  const { result } = await answerWith(scene, ORDER);
  const { text } = result.content[0];
  assert.doesNotMatch(text, /ignore all/);
  assert.match(text, /\[removed by sallyport\]/);
  assert.ok(text.startsWith(HALF.slice(0, 900_000)) && text.endsWith(HALF.slice(-900_000)));
  assert.equal(scene.reads.length, 2);
  assert.ok(Number(scene.reads[1]) < 0.35);
});

test('a large result with nothing in it passes as it is', async (t) => {
  const scene = sceneWith(t, REDACT, new InspectionThread());
  const { result } = await answerWith(scene, SENTENCE);
  assert.deepEqual(result, { content: [{ type: 'text', text: `${HALF}${SENTENCE} ${HALF}` }] });
  assert.equal(scene.reads.length, 1);
});

test('others are answered while a large result is read', async (t) => {
  let othersAreDone = () => {};
  const others = new Promise<void>((resolve) => {
    othersAreDone = resolve;
  });
  const scene = sceneWith(t, REDACT, new InspectionThread(), others);
  const events: string[] = [];
  const large = answerWith(scene, ORDER).then(() => events.push('large'));
  await scene.engine.server.when(() => scene.engine.server.asked('tools/call').length === 1);
  const bob = scene.engine.client('bob');
  await bob.initialize();
  scene.engine.server.onRequest('tools/call', () => ({ content: [{ type: 'text', text: 'small' }] }));
  for (let i = 0; i < 3; i++) {
    const { result } = await bob.call('work');
    events.push(result.content[0].text);
  }
  othersAreDone();
  await large;
  assert.deepEqual(events, ['small', 'small', 'small', 'large']);
});

test('what a thread cannot read is judged all the same', async (t) => {
  const READY = `const { parentPort } = require('node:worker_threads'); parentPort.postMessage({ ready: true });`;
  const threads = {
    'a thread that dies': threadOf(t, `${READY} parentPort.on('message', () => process.exit(1));`),
    'a thread that throws': threadOf(t, `${READY} parentPort.on('message', () => { throw new Error('odd'); });`),
    'a thread without a program': new InspectionThread({}, join(temporaryFolder(t), 'missing.cjs')),
  };
  for (const [name, thread] of Object.entries(threads)) {
    await t.test(name, async (one) => {
      const scene = sceneWith(one, 'security: { injection: { action: block } }\n', thread);
      assert.deepEqual(codesIn(await answerWith(scene, ORDER), scene), ['SP3202']);
      assert.deepEqual(scene.reads, ['failed']);
    });
  }
});
