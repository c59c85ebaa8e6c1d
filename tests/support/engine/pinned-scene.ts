import type { TestContext } from 'node:test';
import type { Message } from '../mcp/lines.ts';
import type { ScriptedServer } from '../mcp/scripted-server.ts';
import { PinsInMemory } from '../registry/pin-files.ts';
import { createEngine, type EngineClient, type EngineOptions, type TestEngine } from './engine.ts';

export const READ: Message = {
  name: 'read',
  description: 'Reads a note.',
  inputSchema: { type: 'object', properties: { name: { type: 'string', default: 'today' } } },
  annotations: { readOnlyHint: true },
};
export const SEARCH: Message = { name: 'search', description: 'Finds notes.', inputSchema: { type: 'object' } };

export interface PinnedOptions extends EngineOptions {
  /** The section `security.registry`. */
  readonly registry?: Message;
  readonly pinsInMemory?: PinsInMemory;
  /** What the server is taught before anything is asked of it. */
  readonly teach?: (server: ScriptedServer) => void;
  /** Whether the handshake is done [yes]. */
  readonly greets?: boolean;
}

/** An engine whose one server is pinned, with a client of it. */
export interface PinnedScene {
  readonly engine: TestEngine;
  readonly server: ScriptedServer;
  readonly client: EngineClient;
  readonly pins: PinsInMemory;
  /** What was told of pins, as `event item`. */
  readonly news: string[];
  names(): Promise<string[]>;
}

/** Starts one more gateway of the same user; what is pinned is still there. */
export async function pinnedScene(t: TestContext, options: PinnedOptions = {}): Promise<PinnedScene> {
  const { registry, pinsInMemory: pins = new PinsInMemory(), teach, greets = true, ...rest } = options;
  const section = registry === undefined ? '' : `security: ${JSON.stringify({ registry })}\n`;
  const engine = createEngine(t, { ...rest, pins, config: section + (rest.config ?? '') });
  const { server } = engine;
  server.tools = [READ, SEARCH];
  teach?.(server);
  const client = engine.client('ana');
  if (greets && rest.era !== 'modern') await client.initialize();
  return {
    engine,
    server,
    client,
    pins,
    get news() {
      return newsOf(engine);
    },
    names: async () => (await client.ask('tools/list')).result.tools.map(({ name }: Message) => name),
  };
}

/** A server that was seen once, all of it pinned. */
export async function seenOnce(t: TestContext, options: PinnedOptions = {}): Promise<PinsInMemory> {
  const pins = options.pinsInMemory ?? new PinsInMemory();
  const kept = new Promise<void>((resolve) => {
    pins.onKept = resolve;
  });
  const { registry: _, ...rest } = options;
  const scene = await pinnedScene(t, { ...rest, pinsInMemory: pins });
  await scene.names();
  await kept;
  await scene.engine.gateway.close(true);
  return pins;
}

function newsOf({ audit }: TestEngine): string[] {
  return audit.records.flatMap((record) => {
    if (record.kind !== 'event' || !/_(changed|added|vanished|refused)$|^pin/.test(record.event)) return [];
    const { item, of = 'tool' } = record.fields;
    const event = record.event.replace(/^item/, String(of));
    return [item === undefined ? event : `${event} ${item}`];
  });
}
