import assert from 'node:assert/strict';
import { type Surface, toolNames } from '../../fixtures/matrix/surface.ts';
import type { ClientKind } from './client.ts';
import type { Feature } from './scenarios/index.ts';
import { nameOf, nonce, refusalOf, type Scene, textOf } from './scene.ts';

/** A cell of the matrix that cannot work, whatever stands between the two. */
export interface RefusedCell {
  /** One sentence for the docs. */
  readonly reason: string;
  /** Shows what the client is told in place of what it asked for. */
  readonly shown: (scene: Scene) => Promise<void>;
}

/** Why a feature cannot work between these two; undefined when it must work. */
export function refusedCell(client: ClientKind, surface: Surface, feature: Feature): RefusedCell | undefined {
  if (feature === 'tasks') return tasksRefused(client, surface);
  if (!feature.startsWith('elicitation')) return undefined;
  const tool = feature === 'elicitation (form)' ? 'ask_form' : 'ask_url';
  if (surface.revision === '2024-11-05') return serverCannotAsk(tool);
  return client === 'raw-2024' ? clientCannotBeAsked(tool) : undefined;
}

function serverCannotAsk(tool: string): RefusedCell {
  return {
    reason:
      'A server of 2024-11-05 cannot ask for input: its revision has no elicitation, so that it has no such tool.',
    shown: async (scene) => {
      const { code, message } = await refusalOf(scene.client.call(nameOf(scene, tool), { text: nonce() }));
      assert.equal(code, -32602);
      assert.match(message, /^Unknown tool: /);
    },
  };
}

function clientCannotBeAsked(tool: string): RefusedCell {
  return {
    reason:
      'A client of 2024-11-05 cannot be asked for input: the server is told that it cannot, and the tool’s result says so.',
    shown: async ({ client, ...scene }) => {
      const text = nonce();
      const result = await client.call(nameOf({ client, ...scene }, tool), { text });
      assert.equal(result.isError, true);
      assert.match(result.content[0].text, /elicitation/i);
      assert.ok(!JSON.stringify(client.asked).includes(text), 'nothing was asked');
    },
  };
}

function tasksRefused(client: ClientKind, surface: Surface): RefusedCell | undefined {
  if (!surface.tasks) {
    return {
      reason: 'The server has no tasks: a call that asks for one has its result at once.',
      shown: async (scene) => {
        const text = nonce();
        assert.ok(!toolNames(surface).includes('task'));
        assert.equal(textOf(await scene.client.callAsTask(nameOf(scene, 'echo'), { text })), text);
      },
    };
  }
  if (client !== 'raw-2024') return undefined;
  return {
    reason: 'A client of 2024-11-05 has no tasks: a tool that may run as one has its result at once.',
    shown: async (scene) => {
      const text = nonce();
      assert.equal(textOf(await scene.client.call(nameOf(scene, 'task'), { text })), `done ${text}`);
      if (scene.direct) return;
      assert.equal((await refusalOf(scene.client.request('tasks/get', { taskId: 'any' }))).code, -32601);
    },
  };
}
