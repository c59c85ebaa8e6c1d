import type { TestContext } from 'node:test';
import {
  Client,
  StreamableHTTPClientTransport,
  type StreamableHTTPClientTransportOptions,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { endWith } from '../folder.ts';
import type { Era } from '../mcp/eras.ts';
import type { OAuthUser } from './oauth-user.ts';

/** A client of the SDK whose user is asked to agree when its server wants that. */
export class ConsentingClient {
  readonly client: Client;
  #transport: StreamableHTTPClientTransport;
  readonly #user: OAuthUser;

  private constructor(client: Client, transport: StreamableHTTPClientTransport, user: OAuthUser) {
    this.client = client;
    this.#transport = transport;
    this.#user = user;
  }

  static async connect(
    t: TestContext,
    url: string,
    user: OAuthUser,
    era: Era,
    more: StreamableHTTPClientTransportOptions = {},
  ): Promise<ConsentingClient> {
    for (let attempt = 0; ; attempt++) {
      const transport = new StreamableHTTPClientTransport(new URL(url), { authProvider: user, ...more });
      const mode = era === 'modern' ? 'auto' : 'legacy';
      const client = new Client({ name: 'tester', version: '1.0.0' }, { versionNegotiation: { mode } });
      try {
        await client.connect(transport);
        endWith(t, () => client.close());
        return new ConsentingClient(client, transport, user);
      } catch (error) {
        if (!(error instanceof UnauthorizedError) || attempt > 0) throw error;
        await transport.finishAuth(user.answer);
      }
    }
  }

  /** Text a tool answers; the user agrees once to whatever is missing. */
  async call(name: string, args: Record<string, unknown> = {}): Promise<string> {
    const calling = () => this.client.callTool({ name, arguments: args });
    const result = await calling().catch(async (error: unknown) => {
      if (!(error instanceof UnauthorizedError)) throw error;
      await this.#transport.finishAuth(this.#user.answer);
      return await calling();
    });
    return JSON.stringify(result.content);
  }
}
