import assert from 'node:assert/strict';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { type Era, modernMeta } from '../mcp/eras.ts';
import type { Message } from '../mcp/lines.ts';
import { textOf } from '../mcp/peer.ts';
import { ROOT } from '../paths.ts';
import { GatewayPeer } from '../program/gateway.ts';
import { found } from '../program/survivors.ts';
import { freePort } from '../sandbox/local-pages.ts';

const PROGRAM = join(ROOT, 'node_modules', 'autotel-mcp', 'bin', 'autotel-mcp');
const PATIENCE_MS = 30_000;
/** The environment of whoever runs the tests decides nothing. */
const PLAIN = Object.fromEntries(
  Object.keys(process.env)
    .filter((name) => /^(?:OTEL|AUTOTEL)_/.test(name))
    .map((name) => [name, undefined]),
);

/** A section that has the gateway send its records to a collector. */
export function shipped(url: string): string {
  return `audit: { destination: otlp, shipping: { otlp: { endpoint: "${url}", allow_private: true } } }\n`;
}

/** A section that has it send its spans there. */
export function traced(url: string): string {
  return `telemetry: { otlp_endpoint: "${url}" }\n`;
}

/** What the collector has of one trace. */
export interface Told {
  readonly spans: readonly Message[];
  readonly logs: readonly Message[];
}

/**
 * A collector made by others, which takes OTLP over HTTP and is an MCP server as well. It is the one backend of a gateway
 * that tells it what it does, so a client can ask it through the gateway about the gateway.
 */
export class AskedCollector {
  readonly gateway: GatewayPeer;

  private constructor(gateway: GatewayPeer) {
    this.gateway = gateway;
  }

  /** `config` are further sections, each ending with a new line; `more` are variables of the gateway. */
  static async open(
    t: TestContext,
    era: Era,
    config: (url: string) => string,
    more: Record<string, string> = {},
  ): Promise<AskedCollector> {
    const port = await freePort();
    const args = [PROGRAM, '--backend', 'collector', '--transport', 'stdio', '--collector-port', `${port}`];
    const env = { AUTOTEL_OFFLINE_MODE: 'true' };
    const backend = JSON.stringify({ name: 'collector', command: process.execPath, args, env });
    const text = `version: 1\n${config(`http://127.0.0.1:${port}`)}backends:\n  - ${backend}\n`;
    const gateway = new GatewayPeer(t, 'run', [], { config: text, env: { ...PLAIN, ...more } });
    if (era === 'legacy') await gateway.initialize();
    else gateway.meta = modernMeta();
    const tools = await gateway.ask('tools/list');
    assert.ok(tools.result.tools.length > 20, 'the collector runs');
    return new AskedCollector(gateway);
  }

  /** Calls a tool as part of a trace of the client's. */
  async within(traceparent: string, name: string, args: Message): Promise<Message> {
    const _meta = { ...this.gateway.meta, traceparent };
    return this.gateway.ask('tools/call', { name, arguments: args, _meta });
  }

  /** What one of its tools says. */
  async says(name: string, args: Message): Promise<Message> {
    const answer = await this.gateway.call(name, args);
    assert.ok(answer.result !== undefined && !answer.result.isError, JSON.stringify(answer));
    return JSON.parse(textOf(answer)).data;
  }

  /** Resolves once as many spans and records of a trace have arrived. */
  told(traceId: string, spans: number, records: number): Promise<Told> {
    const what = `${spans} spans and ${records} records of ${traceId}`;
    return this.until(what, async () => {
      const { trace, logs } = await this.says('correlate', { traceId });
      const told = { spans: trace?.spans ?? [], logs };
      return told.spans.length >= spans && logs.length >= records ? told : undefined;
    });
  }

  until<T>(what: string, find: () => Promise<T | undefined>): Promise<T> {
    return found(find, PATIENCE_MS, what);
  }
}
