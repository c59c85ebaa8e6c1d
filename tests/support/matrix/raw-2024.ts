import type { Message } from '../mcp/lines.ts';
import { answerTo, INFO } from './answers.ts';
import { type CallOptions, type MatrixClient, METHODS, Refusal } from './client.ts';
import { openLine } from './line-2024.ts';
import { Notices } from './notices.ts';
import { objectionTo } from './strict-2024.ts';
import type { Target } from './target.ts';

/** How long a request may take before its client gives up; far more than it ever takes. */
const PATIENCE_MS = 20_000;

/** A client of the first revision, by hand; what its schema does not know fails whatever comes next. */
export async function connectRaw2024(target: Target): Promise<MatrixClient> {
  const notices = new Notices();
  const asked: Message[] = [];
  const waiting = new Map<number, (answer: Message) => void>();
  const progress = new Map<number, (progress: Message) => void>();
  const objections: string[] = [];
  let nextId = 1;

  const line = await openLine(target, (message) => {
    const { id, method, params = {} } = message;
    if (method === undefined) return waiting.get(id)?.(message);
    const objection = objectionTo(message);
    if (objection !== undefined) objections.push(`${objection}: ${JSON.stringify(message)}`);
    if (id !== undefined) return void line.send({ jsonrpc: '2.0', id, result: resultOf(method, params) });
    if (method === 'notifications/progress') progress.get(params.progressToken)?.(params);
    notices.add({ method, params });
  });
  const resultOf = (method: string, params: Message) => (method === 'ping' ? {} : answerTo(asked, method, params));

  const request = async (method: string, params: Message = {}, { onProgress, signal }: CallOptions = {}) => {
    const id = nextId++;
    if (onProgress !== undefined) progress.set(id, onProgress);
    const _meta = onProgress === undefined ? {} : { _meta: { progressToken: id } };
    const answered = new Promise<Message>((resolve, reject) => {
      waiting.set(id, resolve);
      setTimeout(() => reject(new Error(`no answer to ${method}`)), PATIENCE_MS).unref();
      void line.ended.then(() => reject(new Error(`the server ended before it answered ${method}`)));
      signal?.addEventListener('abort', () => {
        void line.send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: id } });
        reject(new Error('called off'));
      });
    });
    answered.catch(() => {});
    await line.send({ jsonrpc: '2.0', id, method, params: { ...params, ..._meta } });
    const answer = await answered.finally(() => waiting.delete(id) && progress.delete(id));
    const objection = objectionTo(answer);
    if (objection !== undefined) objections.push(`${objection}: ${JSON.stringify(answer)}`);
    if (objections.length > 0) throw new Error(`not of 2024-11-05: ${objections.splice(0).join('\n')}`);
    const { result, error } = answer;
    if (error !== undefined) throw new Refusal(error.code, error.message, error.data);
    return result;
  };

  const server = await request('initialize', {
    protocolVersion: '2024-11-05',
    capabilities: { sampling: {}, roots: { listChanged: true } },
    clientInfo: INFO,
  });
  if (server.protocolVersion !== '2024-11-05') throw new Error(`${server.protocolVersion} was negotiated`);
  await line.send({ jsonrpc: '2.0', method: 'notifications/initialized' });

  const call = (name: string, args: Message = {}, options?: CallOptions) =>
    request('tools/call', { name, arguments: args }, options);
  const page: MatrixClient['page'] = (list, cursor) => request(METHODS[list], cursor === undefined ? {} : { cursor });
  return {
    kind: 'raw-2024',
    era: 'legacy',
    server,
    notices,
    asked,
    page,
    tools: () => allTools(page),
    call,
    callAsTask: (name, args) => request('tools/call', { name, arguments: args, task: { ttl: 60_000 } }),
    request,
    setLevel: async (level) => void (await request('logging/setLevel', { level })),
    subscribe: async (uri) => {
      await request('resources/subscribe', { uri });
      return async () => void (await request('resources/unsubscribe', { uri }));
    },
    watchTools: async () => async () => {},
    close: () => line.close(),
  };
}

async function allTools(page: MatrixClient['page']): Promise<Message[]> {
  const tools: Message[] = [];
  let cursor: string | undefined;
  do {
    const { tools: some, nextCursor } = await page('tools', cursor);
    tools.push(...some);
    cursor = nextCursor;
  } while (cursor !== undefined);
  return tools;
}
