import type { Message } from '../../mcp/lines.ts';
import type { Place } from '../hidden-instructions.ts';
import { cutIn } from './text-blocks.ts';

/** A place in two notices, one after the other. */
function overNotices(name: string, method: string, params: (text: string, token: unknown) => Message): Place {
  return {
    name,
    reader: 'client',
    code: 'SP3202',
    act: async ({ client, engine }, text) => {
      engine.server.onRequest('tools/call', ({ params: asked }) => {
        for (const [progress, part] of cutIn(text).entries())
          engine.server.notify(method, { ...params(part, asked._meta.progressToken), progress });
        return { content: [] };
      });
      await client.initialize();
      return client.ask('tools/call', { name: 'work', arguments: {}, _meta: { progressToken: 'p' } });
    },
  };
}

/** In what a server tells without being asked. */
export const IN_NOTICES: readonly Place[] = [
  {
    name: 'the message of progress',
    reader: 'client',
    code: 'SP3202',
    act: async ({ client, engine }, text) => {
      engine.server.onRequest('tools/call', ({ params }) => {
        const { progressToken } = params._meta;
        engine.server.notify('notifications/progress', { progressToken, progress: 1, message: text });
        return { content: [] };
      });
      await client.initialize();
      return client.ask('tools/call', { name: 'work', arguments: {}, _meta: { progressToken: 'p' } });
    },
  },
  {
    name: 'a log message',
    reader: 'client',
    code: 'SP3202',
    act: async ({ client, engine }, text) => {
      engine.server.onRequest('tools/call', () => {
        engine.server.notify('notifications/message', { level: 'error', data: { note: text } });
        return { content: [] };
      });
      await client.initialize();
      return client.call('work');
    },
  },
  overNotices('two messages of progress', 'notifications/progress', (message, progressToken) => {
    return { message, progressToken };
  }),
  overNotices('two log messages', 'notifications/message', (note) => ({ data: { note }, level: 'error' })),
  {
    name: 'the status of a task',
    reader: 'client',
    code: 'SP3202',
    act: async ({ client, engine }, text) => {
      const task = { taskId: 't1', status: 'working', createdAt: '', lastUpdatedAt: '', ttl: null };
      engine.server.onRequest('tools/call', () => {
        engine.server.notify('notifications/tasks/status', { ...task, statusMessage: text });
        return { content: [] };
      });
      await client.initialize();
      return client.call('work');
    },
  },
];
