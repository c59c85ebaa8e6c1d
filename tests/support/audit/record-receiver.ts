import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import { endWith } from '../folder.ts';

export interface ReceivedBatch {
  readonly id: string;
  readonly log: string;
  readonly first: number;
  readonly last: number;
  readonly records: readonly string[];
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** A receiver of webhooks that drops what it has, by the id of the batch or by the number of the record. */
export class RecordReceiver {
  readonly url: string;
  /** Everything that came, also what came twice. */
  readonly came: ReceivedBatch[] = [];
  /** How it answers; 200 when this says nothing. */
  answering: (batch: ReceivedBatch, response: ServerResponse) => boolean | undefined = () => undefined;
  #heard = () => {};

  private constructor(url: string) {
    this.url = url;
  }

  static async start(t: TestContext): Promise<RecordReceiver> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('error', () => {});
      response.on('error', () => {});
      request.on('end', () => {
        const body = Buffer.concat(chunks).toString('utf8');
        const { data } = JSON.parse(body);
        const batch = { ...data, id: request.headers['webhook-id'], headers: request.headers, body };
        receiver.came.push(batch);
        if (receiver.answering(batch, response) !== true) {
          receiver.taken.push(batch);
          response.end('{}');
        }
        receiver.#heard();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const receiver = new RecordReceiver(`http://127.0.0.1:${(server.address() as AddressInfo).port}/audit`);
    endWith(t, async () => {
      server.close();
      server.closeAllConnections();
    });
    return receiver;
  }

  /** What it said it has taken. */
  readonly taken: ReceivedBatch[] = [];

  /** Resolves once `holds` does, asked again after every batch. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
    }
  }

  /** Lines of each log, as somebody has them who drops batches whose id they have. */
  get byId(): Map<string, string[]> {
    const ids = new Set<string>();
    const logs = new Map<string, string[]>();
    for (const { id, log, records } of this.taken) {
      if (ids.has(id)) continue;
      ids.add(id);
      logs.set(log, [...(logs.get(log) ?? []), ...records]);
    }
    return logs;
  }

  /** The same for somebody who keeps the last number of each log. */
  get bySeq(): Map<string, string[]> {
    const last = new Map<string, number>();
    const logs = new Map<string, string[]>();
    for (const { log, records } of this.taken) {
      for (const record of records) {
        const { seq } = JSON.parse(record);
        if (seq <= (last.get(log) ?? 0)) continue;
        last.set(log, seq);
        logs.set(log, [...(logs.get(log) ?? []), record]);
      }
    }
    return logs;
  }
}
