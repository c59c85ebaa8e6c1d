import { existsSync, readFileSync } from 'node:fs';
import { type ClientPeer, textOf } from './client.ts';
import type { Message } from './lines.ts';

/** Every message the fixture server behind `gateway` has got so far; `tool` is its `received` under the exposed name. */
export async function upstream(gateway: ClientPeer, tool = 'received'): Promise<Message[]> {
  const lines: string[] = JSON.parse(textOf(await gateway.call(tool)));
  return lines.map((line) => JSON.parse(line));
}

/** The messages in the file of a fixture server's `--log`; none if it was never started. */
export function logged(file: string): Message[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
