import { type ClientPeer, textOf } from './client.ts';

/** Every line the fixture server received, byte for byte; what was sent before the call is among them. */
export async function receivedLines(client: ClientPeer): Promise<string[]> {
  return JSON.parse(textOf(await client.call('received')));
}

/** The arguments of the `say` tool that answers its own call with `line`, and with nothing else. */
export function sayOnly(...lines: readonly string[]): { lines: readonly string[]; silent: true } {
  return { lines, silent: true };
}
