import type { Message } from '../../mcp/lines.ts';
import type { Place } from '../hidden-instructions.ts';

/** A place in an entry of a list, which is then left out. */
function inEntry(name: string, list: 'tools' | 'prompts' | 'resources', entry: (text: string) => Message): Place {
  return {
    name,
    reader: 'client',
    code: '',
    act: async ({ client, engine }, text) => {
      const harmless = { name: 'harmless', uri: 'a://b', inputSchema: { type: 'object' } };
      engine.server.onRequest(`${list}/list`, () => ({ [list]: [harmless, entry(text)] }));
      await client.initialize();
      const answer = await client.ask(`${list}/list`);
      if (answer.result[list].some(({ name: left }: Message) => left === 'harmless')) return answer;
      throw new Error('the other entry is missing');
    },
  };
}

function tool(parts: Message): Message {
  return { name: 'bad', inputSchema: { type: 'object' }, ...parts };
}

function property(name: string, schema: Message): Message {
  return tool({ inputSchema: { type: 'object', properties: { [name]: schema } } });
}

/** A place in what a list says beside its entries. */
function besideEntries(name: string, parts: (text: string) => Message): Place {
  return {
    name,
    reader: 'client',
    code: 'SP3202',
    act: async ({ client, engine }, text) => {
      engine.server.onRequest('tools/list', () => ({ tools: [], ...parts(text) }));
      await client.initialize();
      return client.ask('tools/list');
    },
  };
}

/** In what a server says of itself and of what it offers. */
export const IN_LISTS: readonly Place[] = [
  inEntry('the description of a tool', 'tools', (text) => tool({ description: text })),
  inEntry('the title of a tool', 'tools', (text) => tool({ title: text })),
  inEntry('a title among annotations', 'tools', (text) => tool({ annotations: { title: text } })),
  inEntry('the description of a parameter', 'tools', (text) => property('x', { type: 'string', description: text })),
  inEntry('the name of a parameter', 'tools', (text) => property(text.replaceAll(' ', '-'), { type: 'string' })),
  inEntry('a default', 'tools', (text) => property('x', { type: 'string', default: text })),
  inEntry('an enumeration', 'tools', (text) => property('x', { enum: ['a', text] })),
  inEntry('an example', 'tools', (text) => property('x', { type: 'string', examples: [text] })),
  inEntry('an output schema', 'tools', (text) => tool({ outputSchema: { type: 'object', description: text } })),
  inEntry('the description of a prompt', 'prompts', (text) => ({ name: 'bad', description: text })),
  inEntry('the argument of a prompt', 'prompts', (text) => ({
    name: 'bad',
    arguments: [{ name: 'x', description: text }],
  })),
  inEntry('the name of a resource', 'resources', (text) => ({ name: text, uri: 'a://c' })),
  inEntry('the description of a resource', 'resources', (text) => ({ name: 'c', uri: 'a://c', description: text })),
  {
    name: 'instructions',
    reader: 'client',
    code: 'SP3204',
    act: async ({ client, engine }, text) => {
      engine.server.onRequest('initialize', ({ params }) => ({
        protocolVersion: params.protocolVersion,
        capabilities: {},
        serverInfo: { name: 'scripted', version: '1' },
        instructions: text,
      }));
      await client.initialize();
      return undefined;
    },
  },
  besideEntries('what a list says of its age', (text) => ({ ttlMs: text })),
  besideEntries('what a list says of its kind', (text) => ({ resultType: text })),
];
