import { createHash } from 'node:crypto';
import type { TestContext } from 'node:test';
import { Identities } from '../../../cli/identity/identity.ts';
import { Front } from '../../../lib/http/front.ts';
import { Listener } from '../../../lib/http/listener.ts';
import type { Prover } from '../../../lib/identity/proven.ts';
import { ByteBudget } from '../../../lib/wire/budget.ts';
import type { Message } from '../mcp/lines.ts';
import { createEngine, type EngineOptions, type TestEngine } from './engine.ts';

export interface EngineFrontOptions extends EngineOptions {
  /** More of the `server` section. */
  readonly server?: Message;
  /** Clients that have a key, which is their name and `-has-a-long-key`; with none, nobody needs one. */
  readonly clients?: readonly string[];
  /** More of the `security.auth` section. */
  readonly auth?: Message;
  /** Asked besides keys. */
  readonly provers?: readonly Prover[];
}

/** An engine with scripted backends that is reached over real sockets. */
export interface EngineFront {
  readonly engine: TestEngine;
  readonly front: Front;
  readonly listener: Listener;
  readonly url: string;
}

export async function engineFront(t: TestContext, options: EngineFrontOptions = {}): Promise<EngineFront> {
  const { server = {}, clients = [], auth = {}, provers = [], ...rest } = options;
  const api_keys = clients.map((client_id) => ({ client_id, key: hashed(keyOf(client_id)) }));
  const sections = { server: { listen_addr: '127.0.0.1:0', ...server }, security: { auth: { api_keys, ...auth } } };
  const yaml = Object.entries(sections).map(([key, value]) => `${key}: ${JSON.stringify(value)}\n`);
  const engine = createEngine(t, { ...rest, config: yaml.join('') + (rest.config ?? '') });
  const identities = new Identities({ clock: engine.gateway.clock, log: engine.gateway.log, learn: () => {} });
  await identities.prepare(engine.gateway.config.auth);
  const front = new Front(engine.gateway, 'tester', new ByteBudget(64 * 1024 * 1024), (config) => {
    const known = identities.proversOf(config);
    return provers.length === 0 ? known : [...provers, ...(known ?? [])];
  });
  const listener = await Listener.open(engine.gateway.config.server, undefined, (request, response) =>
    front.handle(request, response),
  );
  t.after(() => {
    front.close();
    listener.close();
    identities.close();
  });
  return { engine, front, listener, url: listener.url };
}

/** The headers of a client that has a key. */
export function proofOf(client: string): { readonly Authorization: string } {
  return { Authorization: `Bearer ${keyOf(client)}` };
}

function keyOf(client: string): string {
  return `${client}-has-a-long-key`;
}

function hashed(key: string): string {
  return `sha256:${createHash('sha256').update(key).digest('hex')}`;
}
