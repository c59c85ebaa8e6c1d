import type { ServerKind } from '../../fixtures/matrix/kinds.ts';
import type { Notes } from '../../fixtures/matrix/notes.ts';
import type { Surface } from '../../fixtures/matrix/surface.ts';
import type { Message } from '../mcp/lines.ts';
import type { MatrixClient } from './client.ts';
import { Refusal } from './client.ts';

/** One cell of the matrix: a client, and a server as this client sees it. */
export interface Scene {
  readonly client: MatrixClient;
  readonly server: ServerKind;
  readonly surface: Surface;
  readonly notes: Notes;
  /** No gateway stands between them. */
  readonly direct: boolean;
}

let nonces = 0;

/** A word nobody used before. */
export function nonce(): string {
  return `w${process.pid}n${++nonces}`;
}

/** The name of a tool or a prompt of the server, as the client knows it. */
export function nameOf({ server, direct }: Scene, name: string): string {
  return direct ? name : `${server}__${name}`;
}

/** A URI or a template of the server, as the client knows it. */
export function uriOf({ server, direct }: Scene, uri: string): string {
  return direct ? uri : `${server}+${uri}`;
}

/** The text of the first block of a tool's result, which must not be an error. */
export function textOf(result: Message): string {
  if (result.isError === true) throw new Error(`the tool failed: ${JSON.stringify(result.content)}`);
  return result.content[0].text;
}

/** The error a request is refused with. */
export async function refusalOf(work: Promise<Message>): Promise<Refusal> {
  try {
    throw new Error(`it was not refused: ${JSON.stringify(await work)}`);
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}
