import { type ChildProcess, execFile } from 'node:child_process';
import type { LookupAddress } from 'node:dns';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { type AddressInfo, connect, createServer, isIPv6, type Server, type Socket } from 'node:net';
import type { TestContext } from 'node:test';
import { EgressProxy, type EgressProxyOptions, type Forward } from '../../../backends/egress/egress-proxy.ts';
import { egressRules } from '../../../lib/confine/egress.ts';
import type { EgressEnd, EgressEvent, EgressRules } from '../../../lib/model/egress.ts';
import { configOf } from '../config/config-texts.ts';

/** Everything below `.test` may be reached where its name leads to an address of the internet, or to 127.0.0.1. */
const ALLOW = ['*.test', '127.0.0.1', '[::1]'];
const DENY = ['*.bad.test', 'bad.test'];

export interface EgressSetting {
  /** Addresses of names; a list of lists gives one list to one lookup after the other. Others are not known. */
  readonly names?: Readonly<Record<string, readonly string[] | readonly (readonly string[])[]>>;
  readonly options?: Partial<EgressProxyOptions>;
  readonly rules?: EgressRules;
}

/** A proxy with a port of its own, and everything it wrote down. */
export class EgressScene {
  readonly decided: EgressEvent[] = [];
  readonly ended: EgressEnd[] = [];
  readonly lookedUp: string[] = [];
  /** Records cannot be written any more. */
  broken = false;
  readonly proxy: EgressProxy;
  port = 0;
  readonly #t: TestContext;
  readonly #servers: Server[] = [];
  readonly #names: Map<string, (readonly string[])[]>;
  readonly #waiting = new Set<() => void>();

  private constructor(t: TestContext, { names = {}, options = {} }: EgressSetting, rules: EgressRules) {
    this.#t = t;
    this.#names = new Map(
      Object.entries(names).map(([name, found]) => [name, typeof found[0] === 'string' ? [found] : found] as never),
    );
    this.proxy = new EgressProxy({
      backend: 'web',
      rules,
      log: {
        decided: (event) => {
          if (!this.broken) this.decided.push(event);
          return !this.broken;
        },
        ended: (end) => {
          this.ended.push(end);
          for (const wake of this.#waiting) wake();
        },
      },
      maxBytes: undefined,
      connectTimeoutMs: 5000,
      maxConnections: 1000,
      resolve: (name, _options, then) => setImmediate(() => this.#resolve(name, then)),
      ...options,
    });
  }

  static async of(t: TestContext, setting: EgressSetting = {}): Promise<EgressScene> {
    const scene = new EgressScene(t, setting, setting.rules ?? (await egressRules(policy(), 'web', undefined)));
    t.after(() => scene.proxy.close());
    scene.port = await scene.listener();
    return scene;
  }

  /** The port of one more listener of the backend. */
  async listener(forward?: Forward): Promise<number> {
    const server = createServer();
    const port = await listening(this.#t, server);
    this.#servers.push(server);
    this.proxy.accept(server, forward);
    return port;
  }

  /** Connections of the backend that are open now. */
  async connections(): Promise<number> {
    const counts = this.#servers.map((server) => {
      return new Promise<number>((resolve) => server.getConnections((_error, count) => resolve(count)));
    });
    return (await Promise.all(counts)).reduce((sum, count) => sum + count, 0);
  }

  /** Resolves when so many connections have ended. */
  async untilEnded(count: number): Promise<readonly EgressEnd[]> {
    while (this.ended.length < count) await new Promise<void>((resolve) => this.#waiting.add(resolve));
    return this.ended;
  }

  /** A connection to the proxy. */
  connect(port = this.port): Peer {
    return Peer.to(this.#t, port);
  }

  /** A tunnel to a port of this machine. */
  async tunnel(port: number, host = 'a.test'): Promise<Peer> {
    const peer = this.connect();
    peer.send(`CONNECT ${host}:${port} HTTP/1.1\r\nHost: ${host}:${port}\r\n\r\n`);
    await peer.until('\r\n\r\n');
    return peer;
  }

  #resolve(name: string, then: (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => void): void {
    this.lookedUp.push(name);
    const answers = this.#names.get(name) ?? (name === 'a.test' ? [['127.0.0.1']] : []);
    const found = answers.length > 1 ? answers.shift()! : answers[0];
    if (found === undefined) then(Object.assign(new Error('not found'), { code: 'ENOTFOUND' }), []);
    else
      then(
        null,
        found.map((address) => ({ address, family: isIPv6(address) ? 6 : 4 })),
      );
  }
}

function policy() {
  const config = JSON.stringify({
    version: 1,
    profile: 'strict',
    backends: [{ name: 'web', command: 'web-server' }],
    policies: { tools: { 'web/*': { domains: { allow: ALLOW, deny: DENY, require_approval: ['ask.test'] } } } },
  });
  return configOf({ config }).config;
}

/** One end of a connection, with all that has come to it. */
export class Peer {
  readonly socket: Socket;
  readonly closed: Promise<void>;
  readonly ended: Promise<void>;
  readonly #chunks: Buffer[] = [];
  readonly #waiting = new Set<() => void>();

  constructor(socket: Socket) {
    this.socket = socket;
    this.closed = new Promise((resolve) => socket.once('close', () => resolve()));
    this.ended = new Promise((resolve) => {
      socket.once('end', resolve);
      socket.once('close', () => resolve());
    });
    socket.on('error', () => {});
    socket.on('data', (chunk: Buffer) => this.#chunks.push(chunk));
    for (const event of ['data', 'close', 'end']) socket.on(event, () => this.#wake());
  }

  static to(t: TestContext, port: number): Peer {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    t.after(() => socket.destroy());
    return new Peer(socket);
  }

  send(bytes: string | Uint8Array): void {
    this.socket.write(bytes);
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#chunks);
  }

  get text(): string {
    return this.bytes.toString('latin1');
  }

  /** Resolves with all that has come once it holds `text`; rejects when the connection ends without. */
  async until(text: string, times = 1): Promise<string> {
    while (this.text.split(text).length <= times) await this.#more(`${text} in ${this.text}`);
    return this.text;
  }

  /** Resolves once so many bytes have come. */
  async untilBytes(count: number): Promise<Buffer> {
    while (this.bytes.length < count) await this.#more(`${count} bytes`);
    return this.bytes;
  }

  /** All that comes until the other side ends. */
  async rest(): Promise<string> {
    await this.ended;
    return this.text;
  }

  async #more(wanted: string): Promise<void> {
    if (this.socket.readableEnded || this.socket.destroyed) throw new Error(`ended without ${wanted}`);
    await new Promise<void>((resolve) => this.#waiting.add(resolve));
  }

  #wake(): void {
    for (const wake of this.#waiting) wake();
    this.#waiting.clear();
  }
}

/**
 * Opens a tunnel to a server that sends without end, and does not read from it; resolves once every buffer on the way is
 * full, with the bytes the server could send.
 */
export async function stalledTunnel(t: TestContext, scene: EgressScene): Promise<number> {
  const block = Buffer.alloc(1 << 20);
  let sent = 0;
  let stalled = (_bytes: number) => {};
  const full = new Promise<number>((resolve) => {
    stalled = resolve;
  });
  const port = await rawOrigin(t, ({ socket }) => {
    const push = () => {
      do sent += block.length;
      while (sent < 512 << 20 && socket.write(block));
    };
    socket.on('drain', push);
    socket.setTimeout(500, () => stalled(sent));
    push();
  });
  (await scene.tunnel(port)).socket.pause();
  return full;
}

/** An HTTP server on 127.0.0.1; resolves with its port. */
export function httpOrigin(t: TestContext, answer: RequestListener, host?: string): Promise<number> {
  const server = createHttpServer(answer);
  t.after(() => server.closeAllConnections());
  return listening(t, server, host);
}

/** A server on 127.0.0.1 that is given each of its connections; resolves with its port. */
export function rawOrigin(t: TestContext, serve: (peer: Peer) => void): Promise<number> {
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    t.after(() => socket.destroy());
    serve(new Peer(socket));
  });
  return listening(t, server);
}

export function listening(t: TestContext, server: Server, host = '127.0.0.1'): Promise<number> {
  t.after(() => server.close());
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
}

export interface Ran {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs curl with no settings but these. */
export function curl(t: TestContext, ...args: readonly string[]): Promise<Ran> {
  return new Promise((resolve) => {
    const child: ChildProcess = execFile('curl', ['-q', '-sS', ...args], { env: {} }, (error, stdout, stderr) => {
      const status = error === null ? 0 : Number(error.code ?? -1);
      resolve({ status, stdout, stderr });
    });
    t.after(() => child.kill());
  });
}
