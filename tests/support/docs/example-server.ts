import type { TestContext } from 'node:test';
import { json, RawHttp } from '../http/raw-http.ts';

/** The hosts the pages use for servers that run elsewhere. */
const EXAMPLES = /https:\/\/(?:mcp|reports)\.example\.com/g;

/** Each with the arguments it takes, all of them texts. */
const TOOLS: Readonly<Record<string, readonly string[]>> = {
  read_page: [],
  search_pages: [],
  delete_page: [],
  query: ['sql'],
  run_command: ['command'],
  refund: ['order'],
};

/** Makes an example of the pages lead to a server of the test, which has the tools the pages speak of. */
export async function exampleServer(t: TestContext): Promise<(text: string) => string> {
  const far = new RawHttp(t);
  far.legacy('session-of-an-example');
  far.onMessage('tools/list', (received) =>
    json(received, { tools: Object.entries(TOOLS).map(([name, names]) => ({ name, inputSchema: schemaOf(names) })) }),
  );
  far.on(
    ({ method }) => method === 'DELETE',
    ({ response }) => response.writeHead(200).end(),
  );
  const { origin } = new URL(await far.listen());
  return (text) => text.replaceAll(EXAMPLES, origin);
}

function schemaOf(names: readonly string[]): Readonly<Record<string, unknown>> {
  return { type: 'object', properties: Object.fromEntries(names.map((name) => [name, { type: 'string' }])) };
}
