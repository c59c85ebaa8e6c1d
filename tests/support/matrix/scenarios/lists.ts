import assert from 'node:assert/strict';
import { type ListName, PAGE, toolNames } from '../../../fixtures/matrix/surface.ts';
import type { Message } from '../../mcp/lines.ts';
import { nameOf, refusalOf, type Scene, textOf, uriOf } from '../scene.ts';

export async function tools(scene: Scene): Promise<void> {
  const { client, surface } = scene;
  const listed = (await client.tools()).map(({ name }) => name);
  for (const name of toolNames(surface)) assert.ok(listed.includes(nameOf(scene, name)), `${name} is listed`);
  const text = 'hällo \u2028 "wörld"';
  assert.equal(textOf(await client.call(nameOf(scene, 'echo'), { text })), text);
  await richResult(scene);
  const unknown = await refusalOf(client.call(nameOf(scene, 'nobody')));
  assert.equal(unknown.code, -32602);
  assert.match(unknown.message, /^Unknown tool: /);
}

/** A result with all kinds of content arrives, as far as the client's revision has them. */
async function richResult(scene: Scene): Promise<void> {
  const { client, surface, direct } = scene;
  const old = client.kind === 'raw-2024';
  if (direct && old && surface.revision !== '2024-11-05') return;
  const { content, structuredContent } = await client.call(nameOf(scene, 'rich'));
  const kinds = content.map(({ type }: Message) => type);
  assert.deepEqual(kinds.slice(0, 3), ['text', 'image', 'resource']);
  assert.equal(content[2].resource.uri, uriOf(scene, 'test://static/1'));
  if (surface.revision === '2024-11-05') return assert.equal(kinds.length, 3);
  if (old) return assert.deepEqual(kinds.slice(3), ['text', 'text']);
  assert.deepEqual(kinds.slice(3, 5), ['audio', 'resource_link']);
  assert.equal(content[4].uri, uriOf(scene, 'test://static/2'));
  if (surface.revision === '2025-11-25') assert.deepEqual(structuredContent, { count: 3 });
  else if (client.era === 'modern') assert.deepEqual(structuredContent, [1, 2, 3]);
  else assert.equal(structuredContent, undefined);
}

export async function resources(scene: Scene): Promise<void> {
  const { client } = scene;
  const read = (uri: string) => client.request('resources/read', { uri: uriOf(scene, uri) });
  for (const uri of ['test://static/1', 'test://items1/42']) {
    const [one] = (await read(uri)).contents;
    assert.deepEqual([one.uri, one.text], [uriOf(scene, uri), `content of ${uri}`]);
  }
  const [blob] = (await read('test://static/2')).contents;
  assert.match(blob.blob, /^iVBOR/);
  const missing = await refusalOf(read('test://nowhere/at/all'));
  const code = client.era === 'modern' ? [-32602] : [-32002, -32602];
  assert.ok(code.includes(missing.code), `${missing.code}`);
}

export async function prompts(scene: Scene): Promise<void> {
  const { client } = scene;
  const greeting = { name: nameOf(scene, 'greet'), arguments: { who: 'Ada' } };
  const { messages } = await client.request('prompts/get', greeting);
  assert.equal(messages[0].content.text, 'Hello Ada');
  assert.equal(messages[1].content.resource.uri, uriOf(scene, 'test://static/1'));
  assert.equal((await refusalOf(client.request('prompts/get', { name: nameOf(scene, 'nobody') }))).code, -32602);
}

export async function completion(scene: Scene): Promise<void> {
  const complete = async (ref: Message, name: string) =>
    (await scene.client.request('completion/complete', { ref, argument: { name, value: 'A' } })).completion.values;
  const prompt = await complete({ type: 'ref/prompt', name: nameOf(scene, 'greet') }, 'who');
  assert.deepEqual(prompt, ['A-for-who-of-greet']);
  const template = await complete({ type: 'ref/resource', uri: uriOf(scene, 'test://items1/{id}') }, 'id');
  assert.deepEqual(template, ['A-for-id-of-test://items1/{id}']);
}

const LONG_LISTS: Readonly<Record<ListName, (scene: Scene) => string[]>> = {
  tools: (scene) => toolNames(scene.surface).map((name) => nameOf(scene, name)),
  prompts: (scene) => ['greet', 'plain_1', 'plain_10'].map((name) => nameOf(scene, name)),
  resources: (scene) => ['test://live', 'test://static/1', 'test://static/10'].map((uri) => uriOf(scene, uri)),
  resourceTemplates: (scene) => ['test://items1/{id}', 'test://items10/{id}'].map((uri) => uriOf(scene, uri)),
};

/** Every item of every list is on exactly one page. */
export async function pagination(scene: Scene): Promise<void> {
  for (const [list, expected] of Object.entries(LONG_LISTS) as [ListName, (scene: Scene) => string[]][]) {
    const pages = await pagesOf(scene, list);
    if (scene.direct) assert.ok(pages.length > 1 && pages[0]!.length === PAGE, `${list} has pages`);
    const keys = pages.flat().map(({ uri, uriTemplate, name }) => uri ?? uriTemplate ?? name);
    for (const key of expected(scene)) assert.equal(keys.filter((one) => one === key).length, 1, key);
  }
  const wrong = await refusalOf(scene.client.page('tools', 'not a cursor'));
  if (!scene.direct) assert.equal(wrong.code, -32602);
}

async function pagesOf({ client }: Scene, list: ListName): Promise<Message[][]> {
  const pages: Message[][] = [];
  let cursor: string | undefined;
  do {
    const answer = await client.page(list, cursor);
    pages.push(answer[list]);
    cursor = answer.nextCursor;
  } while (cursor !== undefined && pages.length < 50);
  return pages;
}
