import type { TestContext } from 'node:test';
import { Client, InMemoryTransport } from '@modelcontextprotocol/client';
import type { Message } from './peer.ts';

const DISCOVERED = {
  resultType: 'complete',
  supportedVersions: ['2026-07-28'],
  capabilities: { tools: {}, prompts: {}, resources: {}, completions: {} },
  ttlMs: 0,
  cacheScope: 'private',
};

const PARAMS: Message = {
  'tools/call': { name: 't' },
  'prompts/get': { name: 'p' },
  'resources/read': { uri: 'a:b' },
  'completion/complete': { ref: { type: 'ref/prompt', name: 'p' }, argument: { name: 'a', value: '' } },
};

/** The official client of 2026-07-28 as a reader: takes the result of a request, or rejects with what is wrong with it. */
export type ModernReader = (method: string, result: Message) => Promise<Message>;

/** `discovered` is what its server says of itself. */
export async function modernReader(t: TestContext, discovered: Message = DISCOVERED): Promise<ModernReader> {
  const [near, far] = InMemoryTransport.createLinkedPair();
  let next: Message;
  far.onmessage = ({ id, method }: Message) => {
    if (id !== undefined)
      void far.send({ jsonrpc: '2.0', id, result: method === 'server/discover' ? discovered : next });
  };
  await far.start();
  const client = new Client({ name: 'reader', version: '1' }, { versionNegotiation: { mode: { pin: '2026-07-28' } } });
  await client.connect(near);
  t.after(() => client.close());
  return (method, result) => {
    next = result;
    return client.request({ method, params: PARAMS[method] ?? {} } as Message);
  };
}
