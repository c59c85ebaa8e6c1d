import assert from 'node:assert/strict';
import { nameOf, nonce, type Scene, textOf } from '../scene.ts';

export async function progress(scene: Scene): Promise<void> {
  const text = nonce();
  const seen: number[] = [];
  const onProgress = ({ progress, total }: { progress: number; total: number }) => {
    assert.equal(total, 3);
    seen.push(progress);
    if (progress === 3) scene.notes.leave(`go-on-${text}`);
  };
  assert.equal(textOf(await scene.client.call(nameOf(scene, 'progress'), { text }, { onProgress })), 'finished');
  assert.deepEqual(seen, [1, 2, 3]);
}

/** A call is called off while it runs, and its server hears of it. */
export async function cancel(scene: Scene): Promise<void> {
  const { client, notes } = scene;
  const text = nonce();
  const controller = new AbortController();
  let runs = false;
  const onProgress = () => {
    runs = true;
    controller.abort();
  };
  await assert.rejects(client.call(nameOf(scene, 'slow'), { text }, { onProgress, signal: controller.signal }));
  assert.ok(runs, 'it ran before it was called off');
  await notes.found(`cancelled-${text}`);
  assert.equal(textOf(await client.call(nameOf(scene, 'echo'), { text })), text);
}

/** Messages of the level that was asked for and above arrive, those below do not. */
export async function logging(scene: Scene): Promise<void> {
  const { client } = scene;
  const text = nonce();
  await client.setLevel('info');
  const logged = client.call(nameOf(scene, 'log'), { text });
  logged.catch(() => scene.notes.leave(`go-on-${text}`));
  const heard = ['info', 'error'].map(async (level) => {
    const message = await client.notices.until('notifications/message', ({ data }) => data === `${text} ${level}`);
    assert.equal(message.level, level);
    assert.match(message.logger, scene.direct ? /^fixture$/ : new RegExp(`^${scene.server}\\b.*fixture$`));
  });
  await Promise.race([Promise.all(heard), logged]).finally(() => scene.notes.leave(`go-on-${text}`));
  assert.equal(textOf(await logged), 'logged');
  await Promise.all(heard);
  assert.ok(!client.notices.all.some(({ params }) => params?.data === `${text} debug`));
}
