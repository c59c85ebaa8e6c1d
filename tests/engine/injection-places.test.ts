import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codesIn, HARMLESS, ORDER, sceneOf, told } from '../support/attacks/hidden-instructions.ts';
import { PLACES } from '../support/attacks/places.ts';

const BLOCK = 'security: { injection: { action: block } }\n';
/** A word of the order that no denial of ours repeats. */
const TELLING = /id_rsa/;

test('instructions reach nobody, wherever they stand', async (t) => {
  for (const { name, reader, code, act } of PLACES) {
    await t.test(name, async (one) => {
      const scene = sceneOf(one, BLOCK);
      const answer = await act(scene, ORDER);
      assert.doesNotMatch(told(scene, reader), TELLING);
      if (code !== '') assert.deepEqual(codesIn(answer, scene), [code]);
    });
  }
});

test('what is harmless reaches whom it is for from the same places', async (t) => {
  for (const { name, reader, act } of PLACES) {
    await t.test(name, async (one) => {
      const scene = sceneOf(one, BLOCK);
      const waits = act(scene, HARMLESS);
      // What asks the client waits for an answer.
      await (reader === 'client' ? scene.client : scene.engine.server).when(() => /weather/.test(told(scene, reader)));
      assert.deepEqual(codesIn(undefined, scene), []);
      void waits.catch(() => {});
    });
  }
});
