import assert from 'node:assert/strict';
import { LIVE_URI } from '../../../fixtures/matrix/surface.ts';
import { nameOf, nonce, type Scene, textOf, uriOf } from '../scene.ts';

const CHANGED = 'notifications/tools/list_changed';

/** A tool that the server adds is announced, listed and callable. */
export async function listChanged(scene: Scene): Promise<void> {
  const { client } = scene;
  const added = `added_${nonce()}`;
  const stop = await client.watchTools();
  let from = client.notices.all.length;
  assert.equal(textOf(await client.call(nameOf(scene, 'add_tool'), { text: added })), 'added');
  const isListed = async () => (await client.tools()).some(({ name }) => name === nameOf(scene, added));
  do {
    await client.notices.until(CHANGED, undefined, from);
    from = client.notices.all.length;
  } while (!(await isListed()));
  assert.equal(textOf(await client.call(nameOf(scene, added))), `called ${added}`);
  await stop();
}

/** An update of a resource reaches who subscribed to it. */
export async function subscriptions(scene: Scene): Promise<void> {
  const { client } = scene;
  const uri = uriOf(scene, LIVE_URI);
  const stop = await client.subscribe(uri);
  const from = client.notices.all.length;
  assert.equal(textOf(await client.call(nameOf(scene, 'touch'))), 'touched');
  await client.notices.until('notifications/resources/updated', (params) => params.uri === uri, from);
  const [{ text }] = (await client.request('resources/read', { uri })).contents;
  assert.match(text, /^updated [1-9]\d* times$/);
  await stop();
}
