import type { IncomingMessage } from 'node:http';
import { isLegacy } from '../../lib/protocol/revisions.ts';
import type { Frame } from '../../lib/wire/frame.ts';

/** An id is sent back as it came, so it must be what a header can carry (2025-11-25, Session Management). */
const SESSION_ID = /^[\x21-\x7e]{1,1024}$/;

/** What a legacy server said when it was initialized: it goes with every later request. */
export class RemoteSession {
  id: string | undefined;
  revision: string | undefined;

  /** Learns from the headers of the answer to `initialize`; false when the id cannot be used. */
  opened({ headers }: IncomingMessage): boolean {
    const id = headers['mcp-session-id'];
    if (id === undefined) return true;
    if (typeof id !== 'string' || !SESSION_ID.test(id)) return false;
    this.id = id;
    return true;
  }

  /** Learns from the answer itself. */
  agreed(frame: Frame): void {
    const revision = frame.kind === 'reply' ? frame.result?.string('protocolVersion') : undefined;
    if (isLegacy(revision)) this.revision = revision;
  }

  get headers(): Record<string, string> {
    return {
      ...(this.id === undefined ? {} : { 'Mcp-Session-Id': this.id }),
      ...(this.revision === undefined ? {} : { 'MCP-Protocol-Version': this.revision }),
    };
  }
}
