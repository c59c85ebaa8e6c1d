import assert from 'node:assert/strict';
import { nameOf, nonce, refusalOf, type Scene, textOf } from './scene.ts';

/** Why something cannot work, whatever stands between the two. */
export interface Refused {
  /** One sentence for the docs. */
  readonly reason: string;
  /** Shows what the client is told in place of what it asked for. */
  readonly shown: (scene: Scene) => Promise<void>;
}

export function serverCannotAsk(tool: string): Refused {
  return {
    reason: 'A server of 2024-11-05 cannot ask for input: its revision has no elicitation.',
    shown: async (scene) => {
      const { code, message } = await refusalOf(scene.client.call(nameOf(scene, tool), { text: nonce() }));
      assert.equal(code, -32602);
      assert.match(message, /^Unknown tool: /);
    },
  };
}

export function clientCannotBeAsked(tool: string): Refused {
  return {
    reason:
      'A client of 2024-11-05 cannot be asked for input: its revision has no elicitation. The server is told so, and the result of the tool is an error.',
    shown: async (scene) => {
      const text = nonce();
      const result = await scene.client.call(nameOf(scene, tool), { text });
      assert.equal(result.isError, true);
      assert.match(result.content[0].text, /elicitation/i);
      assert.ok(!JSON.stringify(scene.client.asked).includes(text), 'nothing was asked');
    },
  };
}

export const serverHasNoTasks: Refused = {
  reason: 'The server has no tasks. A call that asks for one has its result at once.',
  shown: async (scene) => {
    const text = nonce();
    assert.equal(textOf(await scene.client.callAsTask(nameOf(scene, 'echo'), { text })), text);
  },
};

export const oldClientHasNoTasks: Refused = {
  reason: 'A client of 2024-11-05 has no tasks. A tool that may run as one has its result at once.',
  shown: async (scene) => {
    const text = nonce();
    assert.equal(textOf(await scene.client.call(nameOf(scene, 'task'), { text })), `done ${text}`);
    if (scene.direct) return;
    assert.equal((await refusalOf(scene.client.request('tasks/get', { taskId: 'any' }))).code, -32601);
  },
};
