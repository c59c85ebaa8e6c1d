import assert from 'node:assert/strict';
import type { Message } from '../../mcp/lines.ts';
import { nameOf, nonce, refusalOf, type Scene, textOf } from '../scene.ts';

/** A call runs as a task: it is made, followed to its end, and its result fetched. */
export async function tasks(scene: Scene): Promise<void> {
  const { client } = scene;
  const text = nonce();
  // A modern client cannot ask for a task, so that only a tool that must be one becomes one of its own accord.
  const tool = client.era === 'modern' && scene.surface.revision === '2025-11-25' ? 'must_be_task' : 'task';
  const { task } = await client.callAsTask(nameOf(scene, tool), { text });
  assert.equal(typeof task?.taskId, 'string', 'it is a task');
  const { taskId } = task;
  const ended = await whenOver(scene, taskId);
  assert.equal(ended.status, 'completed');
  if (client.era === 'modern') {
    assert.equal(textOf(ended.result), `done ${text}`);
  } else {
    assert.equal(textOf(await client.request('tasks/result', { taskId })), `done ${text}`);
    const listed = (await client.request('tasks/list')).tasks.map((one: Message) => one.taskId);
    assert.ok(listed.includes(taskId));
  }
  assert.equal((await refusalOf(client.request('tasks/get', { taskId: 'nobody' }))).code, -32602);
}

/** The task once it does not run any more; asks again as often as the task says. */
async function whenOver({ client }: Scene, taskId: string): Promise<Message> {
  for (let asked = 0; asked < 500; asked++) {
    const task = await client.request('tasks/get', { taskId });
    if (task.status !== 'working') return task;
    await new Promise((resolve) => setTimeout(resolve, task.pollInterval ?? task.pollIntervalMs ?? 20));
  }
  throw new Error('the task does not end');
}
