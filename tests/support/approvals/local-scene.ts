import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { watch } from 'node:fs/promises';
import { dirname } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { quoted } from '../docs/reader.ts';
import { NO_AGENT } from '../program/nobody-there.ts';

const GATEWAY = fileURLToPath(new URL('local-gateway-child.js', import.meta.url));
const PEER = fileURLToPath(new URL('local-peer.js', import.meta.url));

/** A terminal that does not belong to whoever starts it needs both of util-linux. */
export const HAS_OWN_TERMINAL =
  process.platform === 'linux' && existsSync('/usr/bin/script') && existsSync('/usr/bin/setsid');

export interface LocalScene {
  readonly child: ChildProcess;
  /** What the gateway says next of `kind`. */
  next(kind: 'refused' | 'answered'): Promise<Record<string, unknown>>;
}

/** The local socket of a gateway with a scripted desk, in a process of its own. */
export async function localGateway(t: TestContext, folder: string, ...words: readonly string[]): Promise<LocalScene> {
  const child = spawn(process.execPath, [GATEWAY, folder, ...words], { stdio: ['pipe', 'pipe', 'inherit'] });
  t.after(() => child.kill('SIGKILL'));
  const said: Record<string, unknown>[] = [];
  const waiting: { kind: string; heard: (value: Record<string, unknown>) => void }[] = [];
  createInterface({ input: child.stdout! }).on('line', (line) => {
    const what = JSON.parse(line) as Record<string, unknown>;
    const at = waiting.findIndex(({ kind }) => kind in what);
    if (at === -1) said.push(what);
    else waiting.splice(at, 1)[0]!.heard(what);
  });
  const next = (kind: string) =>
    new Promise<Record<string, unknown>>((resolve) => {
      const heard = (what: Record<string, unknown>) => resolve(what[kind] as Record<string, unknown>);
      const at = said.findIndex((what) => kind in what);
      if (at === -1) waiting.push({ kind, heard });
      else heard(said.splice(at, 1)[0]!);
    });
  await next('ready');
  return { child, next };
}

/** Answers a request, from a process that was started as `by` says; what came of it. */
export async function answeredBy(
  by: readonly string[],
  folder: string,
  id: string,
  digest: string,
  env: Readonly<Record<string, string>> = {},
): Promise<PeerSaid> {
  const line = [process.execPath, PEER, folder, id, digest];
  const [file, ...args] = by.length === 0 ? line : [...by, by.includes('-qec') ? quoted(line) : '', ...tail(by, line)];
  const child = spawn(
    file!,
    args.filter((arg) => arg !== ''),
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...NO_AGENT, ...env } },
  );
  let text = '';
  child.stdout.on('data', (data) => {
    text += String(data);
  });
  // Not `exit`: what was started may have started the peer elsewhere, which holds the pipe until it ends.
  await new Promise((resolve) => child.once('close', resolve));
  return JSON.parse(text.slice(text.indexOf('{')));
}

export interface PeerSaid {
  readonly by?: string;
  readonly assurance?: string;
  readonly fault?: { readonly kind: string; readonly code?: string; readonly text: string };
}

/** A terminal made for it, below whoever asks. */
export const IN_A_TERMINAL = ['/usr/bin/script', '-qec'];
/** A session of its own without a terminal, and no longer below whoever asks. */
export const ESCAPED = ['/usr/bin/setsid', '--fork'];
/** A terminal made for it, no longer below whoever asks: what a person's own terminal is. */
export const AT_A_TERMINAL_OF_ITS_OWN = ['/usr/bin/setsid', '--fork', '/usr/bin/script', '-qec'];

function tail(by: readonly string[], line: readonly string[]): readonly string[] {
  return by.includes('-qec') ? ['/dev/null'] : line;
}

/** What `look` finds, once it does: it looks whenever something changes in the folder, or beside it. */
export async function awaited<T>(folder: string, look: () => T | undefined): Promise<T> {
  for (;;) {
    const found = look();
    if (found !== undefined) return found;
    await changed(folder);
  }
}

/** A change of the folder or, while it is not there, of the one it will be in; or a moment later, for what was missed. */
async function changed(folder: string): Promise<void> {
  let at = folder;
  while (!existsSync(at)) at = dirname(at);
  const stop = new AbortController();
  const timer = setTimeout(() => stop.abort(), 200);
  try {
    for await (const _ of watch(at, { signal: stop.signal })) return;
  } catch {
    // A moment has passed.
  } finally {
    clearTimeout(timer);
  }
}
