import type { IncomingMessage } from 'node:http';
import { isLegacy } from '../../lib/protocol/revisions.ts';
import type { Frame } from '../../lib/wire/frame.ts';
import type { HeaderList } from './pool.ts';

/** An id is sent back as it came, so it must be what a header can carry (2025-11-25, Session Management). */
const SESSION_ID = /^[\x21-\x7e]{1,1024}$/;

/** What a legacy server said when it was initialized: it goes with every later request. */
export class RemoteSession {
  /** Empty until the server has said something. */
  headers: HeaderList = [];
  #id: string | undefined;
  #revision: string | undefined;

  get id(): string | undefined {
    return this.#id;
  }

  get revision(): string | undefined {
    return this.#revision;
  }

  /** Learns from the headers of the answer to `initialize`; false when the id cannot be used. */
  opened({ headers }: IncomingMessage): boolean {
    const id = headers['mcp-session-id'];
    if (id === undefined) return true;
    if (typeof id !== 'string' || !SESSION_ID.test(id)) return false;
    this.#id = id;
    this.#note();
    return true;
  }

  /** Learns from the answer itself. */
  agreed(frame: Frame): void {
    const revision = frame.kind === 'reply' ? frame.result?.string('protocolVersion') : undefined;
    if (!isLegacy(revision)) return;
    this.#revision = revision;
    this.#note();
  }

  #note(): void {
    const id = this.#id === undefined ? [] : ['Mcp-Session-Id', this.#id];
    const revision = this.#revision === undefined ? [] : ['MCP-Protocol-Version', this.#revision];
    this.headers = [...id, ...revision];
  }
}
