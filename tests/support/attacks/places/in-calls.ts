import type { Message } from '../../mcp/lines.ts';
import { HARMLESS, type Place } from '../hidden-instructions.ts';
import { cutIn, textBlock } from './text-blocks.ts';

/** A place in the answer to a call of the tool `work`. */
function inResult(name: string, result: (text: string) => Message): Place {
  return {
    name,
    reader: 'client',
    code: 'SP3202',
    act: async ({ client, engine }, text) => {
      engine.server.onRequest('tools/call', () => result(text));
      await client.initialize();
      return client.call('work');
    },
  };
}

function inAnswer(name: string, method: string, params: Message, result: (text: string) => Message): Place {
  return {
    name,
    reader: 'client',
    code: 'SP3202',
    act: async ({ client, engine }, text) => {
      engine.server.onRequest('prompts/list', () => ({ prompts: [{ name: 'plan' }] }));
      engine.server.onRequest('resources/list', () => ({ resources: [{ name: 'notes', uri: 'notes://a' }] }));
      engine.server.onRequest(method, () => result(text));
      await client.initialize();
      return client.ask(method, params);
    },
  };
}

/** So long that it could be a picture. */
function inBase64(text: string): string {
  return Buffer.from(`${text}. `.repeat(6)).toString('base64');
}

/** In a call, or in what answers it or another request. */
export const IN_CALLS: readonly Place[] = [
  {
    name: 'an argument',
    reader: 'server',
    code: 'SP3201',
    act: async ({ client }, text) => {
      await client.initialize();
      return client.call('work', { note: text });
    },
  },
  {
    name: 'the name of an argument',
    reader: 'server',
    code: 'SP3201',
    act: async ({ client }, text) => {
      await client.initialize();
      return client.call('work', { [text]: 'x' });
    },
  },
  inResult('a block of text', (text) => ({ content: [textBlock(text)] })),
  inResult('the second block', (text) => ({ content: [textBlock(HARMLESS), textBlock(text)] })),
  inResult('structured content', (text) => ({ content: [], structuredContent: { rows: [{ note: text }] } })),
  inResult('a name in structured content', (text) => ({ content: [], structuredContent: { [text]: 1 } })),
  inResult('a drawing', (text) => ({
    content: [
      textBlock(HARMLESS),
      { type: 'image', mimeType: 'image/svg+xml', data: inBase64(`<svg><text>${text}</text></svg>`) },
    ],
  })),
  inResult('a sound that is a text', (text) => ({
    content: [textBlock(HARMLESS), { type: 'audio', mimeType: 'text/plain', data: inBase64(text) }],
  })),
  inResult('a resource in base64', (text) => ({
    content: [
      textBlock(HARMLESS),
      { type: 'resource', resource: { uri: 'notes://a', mimeType: 'text/plain', blob: inBase64(text) } },
    ],
  })),
  inResult('blocks with what nobody is shown between them', (text) => {
    const [begin, end] = cutIn(text);
    const meta = { 'example.com/note': 'the trains are on time' };
    return {
      content: [
        { ...textBlock(begin), _meta: meta },
        { ...textBlock(end), _meta: meta },
      ],
    };
  }),
  inResult('an embedded resource', (text) => ({
    content: [{ type: 'resource', resource: { uri: 'notes://a', text } }],
  })),
  inResult('the title of a link', (text) => ({
    content: [{ type: 'resource_link', uri: 'notes://a', name: 'a', title: text }],
  })),
  inResult('the text of a tool that failed', (text) => ({ content: [textBlock(text)], isError: true })),
  inResult('what a result says to programs', (text) => ({ content: [], _meta: { 'example.com/note': text } })),
  {
    name: 'an error',
    reader: 'client',
    code: 'SP3202',
    act: async ({ client, engine }, text) => {
      engine.server.onRequest('tools/call', ({ id }) => {
        engine.server.error(id, -32000, text);
        return undefined;
      });
      await client.initialize();
      return client.call('work');
    },
  },
  inAnswer('a message of a prompt', 'prompts/get', { name: 'plan' }, (text) => ({
    messages: [{ role: 'user', content: textBlock(text) }],
  })),
  inAnswer('a resource', 'resources/read', { uri: 'notes://a' }, (text) => ({
    contents: [{ uri: 'notes://a', text }],
  })),
  inAnswer(
    'a completion',
    'completion/complete',
    { ref: { type: 'ref/prompt', name: 'plan' }, argument: { name: 'x', value: 'y' } },
    (text) => ({ completion: { values: [text] } }),
  ),
];
