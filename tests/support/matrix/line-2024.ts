import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Message } from '../mcp/lines.ts';
import type { Target } from './target.ts';

/** Carries messages of 2024-11-05 over one of its two transports. */
export interface Line {
  /** Resolves when nothing comes any more. */
  readonly ended: Promise<unknown>;
  send(message: Message): Promise<void>;
  close(): Promise<void>;
}

export async function openLine(target: Target, onMessage: (message: Message) => void): Promise<Line> {
  if ('command' in target) return openStdio(target, onMessage);
  if ('sse' in target) return openSse(target.sse, onMessage);
  throw new Error('2024-11-05 has no Streamable HTTP');
}

function openStdio(
  { command, args, env }: Extract<Target, { command: string }>,
  onMessage: (m: Message) => void,
): Line {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['pipe', 'pipe', 'inherit'] });
  child.stdout.setEncoding('utf8').on(
    'data',
    splitAt('\n', (line) => onMessage(JSON.parse(line))),
  );
  child.stdin.on('error', () => {});
  const exited = once(child, 'exit');
  return {
    ended: exited,
    send: async (message) => void child.stdin.write(`${JSON.stringify(message)}\n`),
    close: async () => {
      child.stdin.end();
      await exited;
    },
  };
}

async function openSse(url: string, onMessage: (message: Message) => void): Promise<Line> {
  const leaving = new AbortController();
  const response = await fetch(url, { headers: { accept: 'text/event-stream' }, signal: leaving.signal });
  if (!response.ok || response.body === null) throw new Error(`GET ${url}: ${response.status}`);
  let found: (address: string) => void = () => {};
  const endpoint = new Promise<string>((resolve) => (found = resolve));
  const take = splitAt('\n\n', (event) => {
    const lines = event.split('\n');
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}:`))?.slice(name.length + 1);
    if (field('event')?.trim() === 'endpoint') found(new URL(field('data')!.trim(), url).href);
    else if (field('data') !== undefined) onMessage(JSON.parse(field('data')!));
  });
  const reading = readAll(response.body, take);
  const address = await endpoint;
  return {
    ended: reading,
    send: async (message) => {
      const body = JSON.stringify(message);
      const sent = await fetch(address, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
      await sent.text();
      if (sent.status !== 202) throw new Error(`POST ${address}: ${sent.status}`);
    },
    close: async () => {
      leaving.abort();
      await reading;
    },
  };
}

async function readAll(body: ReadableStream<Uint8Array>, take: (text: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  try {
    for await (const chunk of body) take(decoder.decode(chunk, { stream: true }).replaceAll('\r\n', '\n'));
  } catch {
    // The stream ends when either side closes it.
  }
}

function splitAt(separator: string, each: (part: string) => void): (text: string) => void {
  let rest = '';
  return (text) => {
    const parts = (rest + text).split(separator);
    rest = parts.pop()!;
    for (const part of parts) each(part);
  };
}
