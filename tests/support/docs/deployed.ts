import { createHash, randomBytes } from 'node:crypto';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { TestContext } from 'node:test';
import { Client, StreamableHTTPClientTransport, type Transport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { endWith } from '../folder.ts';
import type { Message } from '../mcp/lines.ts';
import type { Peer } from '../mcp/peer.ts';
import { ROOT } from '../paths.ts';
import { quoted, type Reader } from './reader.ts';

const INFO = { name: 'deployed-client', version: '1.0.0' };

export type Variables = Readonly<Record<string, string>>;

/** The path of an example in `deploy/`. */
export function example(name: string): string {
  return join(ROOT, 'deploy', name);
}

/** The configs of gateways in `deploy/`. */
export const EXAMPLES: readonly string[] = readdirSync(example('.'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.yaml') && !name.startsWith('prometheus'))
  .sort();

/** A key of a client, and what the gateway knows of it. */
export function makeKey(): { readonly key: string; readonly hash: string } {
  const key = randomBytes(24).toString('base64url');
  return { key, hash: `sha256:${createHash('sha256').update(key).digest('hex')}` };
}

/** Every variable the examples ask for, each with a value of its kind. */
export function exampleVariables(): Record<string, string> {
  const asked = EXAMPLES.flatMap((name) => variablesOf(name));
  return Object.fromEntries(asked.map((name) => [name, name.endsWith('_HASH') ? makeKey().hash : makeKey().key]));
}

/** The variables an example cannot do without. */
export function variablesOf(name: string): string[] {
  return [...readFileSync(example(name), 'utf8').matchAll(/\$\{([A-Z_]+):\?/g)].map(([, variable]) => variable!);
}

/** A gateway that listens. */
export interface Deployed {
  readonly peer: Peer;
  /** Its MCP endpoint. */
  readonly url: string;
}

/**
 * Runs `sallyport serve` with a config as it stands, on a free port of this machine, once what its servers offer was
 * approved.
 */
export async function deploy(t: TestContext, reader: Reader, config: string, variables: Variables): Promise<Deployed> {
  const own = copied(reader, config);
  const pinned = reader.start(t, quoted(['sallyport', 'pin', '--yes', '--config', own]), {
    LISTEN_ADDR: '127.0.0.1:0',
    ...variables,
  });
  const { code } = await pinned.exited;
  if (code !== 0) throw new Error(`nothing was pinned: ${pinned.lines.join('\n')} ${pinned.stderr}`);
  return listening(t, reader, `sallyport serve --config ${quoted([own])}`, variables);
}

/** A config in a folder of its own, where its lockfile may lie beside it. */
function copied(reader: Reader, config: string): string {
  const folder = mkdtempSync(join(reader.home, 'deployed-'));
  const own = join(folder, basename(config));
  copyFileSync(config, own);
  return own;
}

/** Runs a line of a shell that ends in `sallyport serve`, and resolves once it listens. */
export async function listening(
  t: TestContext,
  reader: Reader,
  command: string,
  variables: Variables = {},
): Promise<Deployed> {
  const env = { LISTEN_ADDR: '127.0.0.1:0', ...variables };
  let started: Peer | undefined;
  endWith(t, async () => void started?.child.kill());
  const peer = reader.start(t, quoted(['sh', '-c', command.replace('sallyport', 'exec sallyport')]), env);
  started = peer;
  await peer.when(() => peer.lines.some((line) => line.startsWith('listening on ')));
  const [line] = peer.lines.filter((one) => one.startsWith('listening on '));
  return { peer, url: line!.slice('listening on '.length) };
}

export type Era = 'legacy' | 'modern';

/** An official client that starts `sallyport run` itself; what it hears is kept in `stdout.txt` of the project. */
export async function overStdio(
  t: TestContext,
  reader: Reader,
  config: string,
  { era = 'legacy', env = {} }: { readonly era?: Era; readonly env?: Variables } = {},
): Promise<Client> {
  const transport = new StdioClientTransport({
    command: 'sh',
    args: ['-c', `${quoted(['sallyport', 'run', '--config', copied(reader, config)])} | tee stdout.txt`],
    env: { ...(reader.env as Record<string, string>), ...env },
    cwd: reader.project,
    stderr: 'ignore',
  });
  return connected(t, transport, era);
}

/** An official client over Streamable HTTP. Like all of them here it says that it works in the root of its machine. */
export function overHttp(t: TestContext, url: string, headers: Variables, era: Era = 'legacy'): Promise<Client> {
  return connected(t, new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } }), era);
}

export async function connected(t: TestContext, transport: Transport, era: Era): Promise<Client> {
  const mode: Message = era === 'modern' ? { pin: '2026-07-28' } : 'legacy';
  const client = new Client(INFO, { capabilities: { roots: {} }, versionNegotiation: { mode } });
  client.setRequestHandler('roots/list', () => ({ roots: [{ uri: 'file:///' }] }));
  endWith(t, () => client.close());
  await client.connect(transport);
  return client;
}

export async function toolNames(client: Client): Promise<string[]> {
  return (await client.listTools()).tools.map(({ name }) => name);
}

/** The text a tool answers with. */
export async function said(
  client: Client,
  name: string,
  args: Readonly<Record<string, unknown>> = {},
): Promise<string> {
  const { content }: Message = await client.callTool({ name, arguments: args });
  return content[0].text;
}

/** Everything in the files below a folder, which is where logs and audit of a reader are. */
export function everythingIn(folder: string): string {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return files.map(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8')).join('\n');
}
