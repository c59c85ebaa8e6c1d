/**
 * Many short sessions, one after the other and eight at a time: `node short-sessions.js COUNT [legacy|modern]`, the era of
 * the server behind. Each is opened, calls a tool with a text of its own, and is ended. Prints the memory of the gateway
 * after each tenth, which must not grow once it is warm.
 */
import { request } from 'node:http';
import { parseArgs } from 'node:util';
import { sallyport, start } from './subjects.ts';

const AT_ONCE = 8;
const { positionals } = parseArgs({ allowPositionals: true });
const count = Number(positionals[0] ?? 10_000);
const echo = positionals[1] === 'legacy' ? 'legacy' : 'modern';
const META = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'bench', version: '1' } };

const running = await start(sallyport('sallyport', 'legacy', echo));
try {
  let next = 0;
  const printAt = count / 10;
  const work = async () => {
    while (next < count) {
      const index = next++;
      await oneSession(index);
      if ((index + 1) % printAt === 0) {
        console.log(`${index + 1} sessions: ${(running.residentBytes() / 1e6).toFixed(1)} MB`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
} finally {
  await running.stop();
}

async function oneSession(index: number): Promise<void> {
  const { session } = await post('initialize', META, 1, '');
  await post('notifications/initialized', {}, undefined, session);
  await post('tools/list', {}, 2, session);
  const message = `message ${index} of ${'some words '.repeat(40)} token=${Math.random().toString(36).repeat(2)}`;
  const { body } = await post('tools/call', { name: 'echo', arguments: { message, n: index } }, 3, session);
  if (!body.includes('"result"')) throw new Error(`session ${index} was refused: ${body.slice(0, 200)}`);
  await send('DELETE', undefined, session);
}

function post(method: string, params: object, id: number | undefined, session: string) {
  return send('POST', JSON.stringify({ jsonrpc: '2.0', ...(id === undefined ? {} : { id }), method, params }), session);
}

function send(
  method: string,
  body: string | undefined,
  session: string,
): Promise<{ readonly session: string; readonly body: string }> {
  const headers = {
    accept: 'application/json, text/event-stream',
    ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    ...(session === '' ? {} : { 'mcp-session-id': session, 'mcp-protocol-version': '2025-11-25' }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(running.url, { method, headers }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () => resolve({ session: String(response.headers['mcp-session-id'] ?? session), body: text }));
    });
    sent.on('error', reject).end(body);
  });
}
