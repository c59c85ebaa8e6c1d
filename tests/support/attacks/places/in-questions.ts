import type { Place } from '../hidden-instructions.ts';
import { textBlock } from './text-blocks.ts';

/** In what a server asks its client, and in what that answers. */
export const IN_QUESTIONS: readonly Place[] = [
  {
    name: 'the question of a form',
    reader: 'client',
    code: '',
    act: async ({ client, engine }, text) => {
      engine.server.onRequest('tools/call', ({ id }) => {
        const requestedSchema = { type: 'object', properties: { ok: { type: 'boolean' } } };
        void engine.server.ask('elicitation/create', { message: text, requestedSchema }).then(
          () => engine.server.result(id, { content: [] }),
          () => {},
        );
        return undefined;
      });
      await client.initialize({ capabilities: { elicitation: {} } });
      return client.call('work');
    },
  },
  {
    name: 'what a model is asked to write',
    reader: 'client',
    code: '',
    act: async ({ client, engine }, text) => {
      engine.server.onRequest('tools/call', ({ id }) => {
        const messages = [{ role: 'user', content: textBlock(text) }];
        void engine.server.ask('sampling/createMessage', { messages, maxTokens: 9 }).then(
          () => engine.server.result(id, { content: [] }),
          () => {},
        );
        return undefined;
      });
      await client.initialize({ capabilities: { sampling: {} } });
      return client.call('work');
    },
  },
  {
    name: 'the answer of a client',
    reader: 'server',
    code: '',
    act: async ({ client, engine }, text) => {
      engine.server.onRequest('tools/call', ({ id }) => {
        const requestedSchema = { type: 'object', properties: { ok: { type: 'string' } } };
        void engine.server.ask('elicitation/create', { message: 'Which?', requestedSchema }).then(
          () => engine.server.result(id, { content: [] }),
          () => {},
        );
        return undefined;
      });
      await client.initialize({ capabilities: { elicitation: {} } });
      const calling = client.call('work');
      const question = await client.until(({ method }) => method === 'elicitation/create');
      client.send({ jsonrpc: '2.0', id: question.id, result: { action: 'accept', content: { ok: text } } });
      return calling;
    },
  },
];
