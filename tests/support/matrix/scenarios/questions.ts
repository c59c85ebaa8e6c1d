import assert from 'node:assert/strict';
import type { Message } from '../../mcp/lines.ts';
import { ROOT_URI } from '../answers.ts';
import { nameOf, nonce, refusalOf, type Scene, textOf } from '../scene.ts';

export async function sampling(scene: Scene): Promise<void> {
  const text = nonce();
  const result = await scene.client.call(nameOf(scene, 'sample'), { text });
  assert.equal(textOf(result), `test-model: heard ${text}`);
}

export async function roots(scene: Scene): Promise<void> {
  assert.equal(textOf(await scene.client.call(nameOf(scene, 'roots'))), ROOT_URI);
}

export async function form(scene: Scene): Promise<void> {
  const text = nonce();
  const ask = async (message: string) => textOf(await scene.client.call(nameOf(scene, 'ask_form'), { text: message }));
  assert.equal(await ask(text), 'accept: Ada');
  const { message, requestedSchema } = questionWith(scene, text);
  assert.equal(requestedSchema.properties.name.title, 'Your name');
  if (!scene.direct) assert.ok(message.includes(scene.server), 'the client is told who asks');
  assert.equal(await ask(`${text} declined`), 'decline: nothing');
}

export async function url(scene: Scene): Promise<void> {
  const { client, surface } = scene;
  const text = nonce();
  assert.equal(textOf(await client.call(nameOf(scene, 'ask_url'), { text })), 'accept');
  const asked = questionWith(scene, text);
  assert.deepEqual([asked.mode, asked.url], ['url', `https://example.com/${text}`]);
  if (client.era === 'legacy') assert.equal(typeof asked.elicitationId, 'string');
  if (surface.revision !== '2025-11-25') return;
  if (client.era === 'legacy') {
    const isThis = ({ elicitationId }: Message) => elicitationId === asked.elicitationId;
    await client.notices.until('notifications/elicitation/complete', isThis);
  }
  await sentToUrl(scene);
}

/** A call that ends with `-32042` is made again after its URL was visited (2025-11-25). */
async function sentToUrl(scene: Scene): Promise<void> {
  const { client } = scene;
  const text = nonce();
  const call = () => client.call(nameOf(scene, 'need_url'), { text });
  if (client.era === 'legacy') {
    const { code, data } = await refusalOf(call());
    assert.equal(code, -32042);
    assert.equal(data.elicitations[0].url, `https://example.com/${text}`);
  }
  assert.equal(textOf(await call()), 'been there');
  if (client.era === 'modern') questionWith(scene, text);
}

/** The parameters of the one question that this word is in. */
function questionWith({ client }: Scene, word: string): Message {
  const found = client.asked.filter(({ params }) => JSON.stringify(params).includes(word));
  assert.equal(found.length, 1, `asked ${found.length} times`);
  return found[0].params;
}
