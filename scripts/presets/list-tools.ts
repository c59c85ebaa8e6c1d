import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ListedTool } from './reduce.ts';

const WITHIN_MS = 60_000;

/** Starts a server in a folder that is its own, which it takes for its home, asks it for its tools and ends it. */
export async function listTools(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<ListedTool[]> {
  const server = spawn(command, args, { cwd: env.HOME!, env: { ...env }, stdio: ['pipe', 'pipe', 'ignore'] });
  const timer = setTimeout(() => server.kill('SIGKILL'), WITHIN_MS);
  try {
    return await ask(server);
  } finally {
    clearTimeout(timer);
    server.kill('SIGKILL');
  }
}

async function ask(server: ChildProcess): Promise<ListedTool[]> {
  const lines = createInterface({ input: server.stdout! })[Symbol.asyncIterator]();
  const send = (message: object) => server.stdin!.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const answer = async (id: number) => {
    for (;;) {
      const { value, done } = await lines.next();
      if (done === true) throw new Error('it ended without an answer');
      const message = value.startsWith('{') ? JSON.parse(value) : {};
      if (message.id === id && message.method === undefined) return message.result;
    }
  };
  const clientInfo = { name: 'preset-recorder', version: '1.0.0' };
  send({ id: 1, method: 'initialize', params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo } });
  await answer(1);
  send({ method: 'notifications/initialized' });
  const tools: ListedTool[] = [];
  let cursor: string | undefined;
  for (let id = 2; id === 2 || cursor !== undefined; id++) {
    send({ id, method: 'tools/list', params: cursor === undefined ? {} : { cursor } });
    const page = await answer(id);
    tools.push(...page.tools);
    cursor = page.nextCursor;
  }
  return tools;
}
