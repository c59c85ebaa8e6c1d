import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';
import type { Message } from '../mcp/lines.ts';

const PATIENCE_MS = 30_000;

/** A span as OTLP says it, with its attributes as plain values. */
export interface ReceivedSpan {
  readonly name: string;
  /** 2 is a server's, 3 a client's. */
  readonly kind: number;
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string;
  readonly traceState: string;
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly startNs: bigint;
  readonly endNs: bigint;
  /** 2 for an error. */
  readonly status: number;
  readonly attributes: Readonly<Record<string, Message>>;
}

/** Takes OTLP over HTTP as a collector does, and refuses what is no such request. */
export class Collector {
  readonly spans: ReceivedSpan[] = [];
  readonly headers: IncomingHttpHeaders[] = [];
  readonly resources: Readonly<Record<string, Message>>[] = [];
  readonly faults: string[] = [];
  /** Bodies of what came for metrics. */
  readonly metrics: Message[] = [];
  readonly #server: Server;
  #waiting: (() => void)[] = [];

  private constructor(server: Server) {
    this.#server = server;
  }

  /** `answer`: `silence` takes everything and never says so. */
  static async open(t: TestContext, answer: 'takes' | 'refuses' | 'silence' = 'takes'): Promise<Collector> {
    const server = createServer();
    const collector = new Collector(server);
    server.on('request', (request, response) => {
      const pieces: Buffer[] = [];
      request.on('data', (piece: Buffer) => pieces.push(piece));
      request.on('end', () => {
        collector.headers.push(request.headers);
        if (answer === 'takes') collector.#take(request.url ?? '', request.headers, Buffer.concat(pieces).toString());
        collector.#wake();
        if (answer === 'silence') return;
        response.writeHead(answer === 'takes' ? 200 : 400, { 'Content-Type': 'application/json' });
        response.end('{}');
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => {
      server.close();
      server.closeAllConnections();
    });
    return collector;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Resolves with all spans once `enough` accepts them. */
  async until(enough: (spans: readonly ReceivedSpan[]) => boolean): Promise<readonly ReceivedSpan[]> {
    await this.when(() => enough(this.spans));
    return this.spans;
  }

  async when(condition: () => boolean): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while (!condition()) {
      const left = deadline - Date.now();
      if (left <= 0) throw new Error(`waited in vain: ${this.spans.length} spans, faults: ${this.faults.join('; ')}`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, left);
        this.#waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  /** The spans of both sides of the one request a method and a tool name. */
  async pair(name: string): Promise<{ readonly server: ReceivedSpan; readonly client: ReceivedSpan }> {
    const of = (kind: number) => this.spans.find((span) => span.name === name && span.kind === kind);
    await this.when(() => of(2) !== undefined && of(3) !== undefined);
    return { server: of(2)!, client: of(3)! };
  }

  #take(path: string, headers: IncomingHttpHeaders, text: string): void {
    try {
      if (headers['content-type'] !== 'application/json') throw new Error(`type ${headers['content-type']}`);
      if (path === '/v1/metrics') return void this.metrics.push(JSON.parse(text));
      if (path !== '/v1/traces') throw new Error(`path ${path}`);
      for (const { resource, scopeSpans } of JSON.parse(text).resourceSpans) {
        this.resources.push(plain(resource.attributes));
        for (const { spans } of scopeSpans) this.spans.push(...spans.map(spanOf));
      }
    } catch (error) {
      this.faults.push((error as Error).message);
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function spanOf(span: Message): ReceivedSpan {
  if (!/^[0-9a-f]{32}$/.test(span.traceId) || !/^[0-9a-f]{16}$/.test(span.spanId)) throw new Error('ids of a span');
  const [startNs, endNs] = [BigInt(span.startTimeUnixNano), BigInt(span.endTimeUnixNano)];
  if (endNs < startNs || startNs < 1_600_000_000_000_000_000n) throw new Error('times of a span');
  return {
    name: span.name,
    kind: span.kind,
    traceId: span.traceId,
    spanId: span.spanId,
    parentSpanId: span.parentSpanId ?? '',
    traceState: span.traceState ?? '',
    links: span.links ?? [],
    startNs,
    endNs,
    status: span.status.code,
    attributes: plain(span.attributes),
  };
}

function plain(attributes: readonly Message[]): Record<string, Message> {
  return Object.fromEntries(attributes.map(({ key, value }) => [key, Object.values(value)[0]]));
}
