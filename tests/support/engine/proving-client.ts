import { PassThrough } from 'node:stream';
import type { TestContext } from 'node:test';
import { Identities } from '../../../cli/identity/identity.ts';
import { type GivenCredential, StreamProof } from '../../../lib/identity/stream-proof.ts';
import { LOCAL_CLIENT } from '../../../lib/model/principal.ts';
import { PlainTokens } from '../identity/plain-tokens.ts';
import { ClientPeer } from '../mcp/client.ts';
import { modernMeta } from '../mcp/eras.ts';
import type { Message } from '../mcp/lines.ts';
import { createEngine, type EngineOptions, type TestEngine } from './engine.ts';

export interface ProvingOptions extends EngineOptions {
  /** The `security.auth` section; a client has to prove itself unless it says otherwise. */
  readonly auth?: Message;
  /** What the gateway was started with; a test may change it later. */
  readonly given?: { text: string | undefined };
  /** What believes tokens, where it is not the usual one. */
  readonly tokens?: PlainTokens;
}

/** An engine whose client on two byte streams has to prove who it is. */
export interface ProvingScene {
  readonly engine: TestEngine;
  readonly client: ProvingClient;
  readonly tokens: PlainTokens;
}

export async function provingScene(t: TestContext, options: ProvingOptions = {}): Promise<ProvingScene> {
  const { auth = {}, given = { text: undefined }, tokens = new PlainTokens(), ...rest } = options;
  const security = { auth: { required: true, api_keys: [], ...auth } };
  const config = `security: ${JSON.stringify(security)}\n${rest.config ?? ''}`;
  const engine = createEngine(t, { ...rest, config });
  const { gateway } = engine;
  engine.server.tools = ['a', 'anything', 'read_text', 'write_text'].map((name) => ({
    name,
    inputSchema: { type: 'object' },
  }));
  const identities = new Identities({ clock: gateway.clock, log: gateway.log, learn: () => {} });
  await identities.prepare(gateway.config.auth);
  const credential: GivenCredential = { read: () => given.text };
  const proof = new StreamProof({
    user: { subject: 'tester', clientId: LOCAL_CLIENT, roles: [], proof: 'os-user' },
    given: credential,
    provers: (config) => [tokens, ...(identities.proversOf(config) ?? [])],
    clock: gateway.clock,
    log: gateway.log,
  });
  const client = new ProvingClient(engine, proof);
  if ((options.era ?? 'legacy') === 'modern') client.meta = modernMeta();
  t.after(() => identities.close());
  return { engine, client, tokens };
}

/** A client on in-memory streams, before which the gatekeeper stands. */
export class ProvingClient extends ClientPeer {
  readonly #input = new PassThrough();

  constructor({ gateway }: TestEngine, proof: StreamProof) {
    super();
    const output = new PassThrough();
    output.setEncoding('utf8').on('data', (text: string) => this.take(text));
    gateway.admit(this.#input, output, proof, () => {});
  }

  override write(text: string | Buffer): void {
    this.#input.write(text);
  }
}
