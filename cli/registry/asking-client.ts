import { PassThrough } from 'node:stream';
import type { Session } from '../../lib/gateway/ports.ts';
import { asObject } from '../../lib/model/json.ts';
import { VERSION } from '../../lib/model/version.ts';
import type { Running } from '../compose.ts';

/** Servers offer more to a client that can do more, and what is not seen cannot be approved. */
const CAPABILITIES = { roots: { listChanged: true }, sampling: {}, elicitation: {} };
const DECLINED = { code: -1, message: 'nobody is here to answer' };

/** A client of the gateway that can do whatever policy lets clients do, and declines whatever it is asked. */
export async function askingClient({ gateway, user }: Running): Promise<Session> {
  const [toGateway, fromGateway] = [new PassThrough(), new PassThrough()];
  const session = gateway.connect(toGateway, fromGateway, user, () => {});
  const send = (message: object) => toGateway.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`);
  const greeted = new Promise<void>((resolve) => {
    let rest = '';
    fromGateway.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString('utf8')).split('\n');
      rest = lines.pop()!;
      for (const line of lines) {
        const { id, method } = asObject(JSON.parse(line)) ?? {};
        if (method === 'roots/list') send({ id, result: { roots: [] } });
        else if (method !== undefined && id !== undefined) send({ id, error: DECLINED });
        else if (id === 0) resolve();
      }
    });
  });
  const clientInfo = { name: 'sallyport', version: VERSION };
  send({
    id: 0,
    method: 'initialize',
    params: { protocolVersion: '2025-11-25', capabilities: CAPABILITIES, clientInfo },
  });
  await greeted;
  send({ method: 'notifications/initialized' });
  return session;
}
