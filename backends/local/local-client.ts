import { closeSync, constants, fchmodSync, openSync, readSync, realpathSync, rmSync, writeSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { asObject, type Json } from '../../lib/model/json.ts';
import type { Announced } from './announced.ts';
import { POSED_NAME, POSED_WORD, type Posed, rootText } from './challenge.ts';
import { readLines } from './lines.ts';
import { type Fault, MOST_ANSWER_BYTES, PROTOCOL, type Verb } from './protocol.ts';
import { ownerOfRunFolder } from './run-folder.ts';

/** How long a gateway may take for an answer; it waits for nobody, so that one which takes longer hangs. */
const WITHIN_MS = 10_000;

/** A gateway did not do what it was asked. */
export class LocalFault extends Error {
  readonly fault: Fault;

  constructor(fault: Fault) {
    super(fault.text);
    this.fault = fault;
  }
}

interface Waiting {
  readonly done: (answer: Json) => void;
  readonly failed: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

/** What shows which process this is, until it ends. */
interface Shown {
  readonly fd: number;
  end(): void;
}

/** A connection to the local socket of one gateway. Requests fail with a {@link LocalFault}. */
export class LocalClient {
  readonly #socket: Socket;
  readonly #folder: string;
  readonly #waiting = new Map<number, Waiting>();
  #nextId = 1;
  #why: Fault = { kind: 'failed', text: 'the gateway has ended' };
  /** Hears of events, after `watch`. */
  onEvent: (event: Json) => void = () => {};
  /** The gateway is gone, or was left. */
  onEnd: () => void = () => {};

  private constructor(socket: Socket, folder: string) {
    this.#socket = socket;
    this.#folder = folder;
    socket.on('error', () => {});
    socket.once('close', () => this.#ended());
    readLines(
      socket,
      MOST_ANSWER_BYTES,
      (line) => this.#line(line),
      () => socket.destroy(),
    );
  }

  /** `folder` is where the socket is; it must be closed to everybody but its owner. */
  static async to({ socket: path }: Pick<Announced, 'socket'>, folder: string): Promise<LocalClient> {
    if (ownerOfRunFolder(folder) === undefined) {
      throw new LocalFault({ kind: 'failed', text: `${folder} is open to others, so nothing in it is believed` });
    }
    const socket = connect(path);
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', (error) => reject(new LocalFault({ kind: 'failed', text: error.message })));
    });
    return new LocalClient(socket, realpathSync(folder));
  }

  /** The members of the answer. */
  ask(verb: Verb, fields: Json = {}): Promise<Json> {
    const id = this.#nextId++;
    return new Promise<Json>((done, failed) => {
      if (this.#socket.destroyed) return failed(new LocalFault(this.#why));
      const late = new LocalFault({ kind: 'failed', text: 'the gateway does not answer' });
      const timer = setTimeout(() => this.#fail(id, late), WITHIN_MS);
      this.#waiting.set(id, { done, failed, timer });
      this.#socket.write(`${JSON.stringify({ ...fields, v: PROTOCOL, id, do: verb })}\n`);
    });
  }

  /** The same for what only a person may do: shows which process this is. */
  async insist(verb: 'answer' | 'grant', fields: Json): Promise<Json> {
    const { challenge } = await this.ask('challenge');
    const shown = this.#shown(challenge as Posed);
    try {
      return await this.ask(verb, { ...fields, claim: { pid: process.pid, fd: shown.fd } });
    } finally {
      shown.end();
    }
  }

  close(): void {
    this.#socket.destroy();
  }

  /** A gateway that ends just now takes its files with it, and one that lies never had them: neither ends the program. */
  #shown(posed: Posed): Shown {
    try {
      return this.#show(posed);
    } catch (error) {
      throw error instanceof LocalFault ? error : new LocalFault({ kind: 'failed', text: (error as Error).message });
    }
  }

  #show({ file, read, word }: Posed): Shown {
    if (!POSED_NAME.test(file)) throw new LocalFault({ kind: 'failed', text: 'the gateway asks for another file' });
    // Root writes it into a folder of somebody else, who may have it lead anywhere by then.
    if (!POSED_WORD.test(word)) throw new LocalFault({ kind: 'failed', text: 'the gateway asks for another word' });
    const path = join(this.#folder, file);
    const isRoot = process.getuid?.() === 0 && ownerOfRunFolder(this.#folder) !== 0;
    if (isRoot) {
      const placed = openSync(`${path}.root`, constants.O_CREAT | constants.O_EXCL | constants.O_WRONLY, 0o644);
      writeSync(placed, rootText({ file, read, word }, process.pid));
      // Whatever the mask of new files takes away: the gateway is not root and reads it.
      fchmodSync(placed, 0o644);
      closeSync(placed);
      return { fd: 0, end: () => rmSync(`${path}.root`, { force: true }) };
    }
    const fd = openSync(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0));
    const bytes = Buffer.alloc(Math.max(0, Math.min(read, 65_536)));
    // Without a position, so that the place in the file moves on.
    readSync(fd, bytes, 0, bytes.length, null);
    return { fd, end: () => closeSync(fd) };
  }

  #line(line: string): void {
    let said: Json | undefined;
    try {
      said = asObject(JSON.parse(line));
    } catch {
      said = undefined;
    }
    if (said === undefined) return void this.#socket.destroy();
    if (typeof said.event === 'string') return this.onEvent(said);
    if (said.id === null) {
      this.#why = faultIn(said);
      return void this.#socket.destroy();
    }
    const waiting = this.#take(said.id as number);
    if (said.ok === true) waiting?.done(said);
    else waiting?.failed(new LocalFault(faultIn(said)));
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    clearTimeout(waiting?.timer);
    return waiting;
  }

  #fail(id: number, error: Error): void {
    this.#take(id)?.failed(error);
  }

  #ended(): void {
    for (const id of [...this.#waiting.keys()]) this.#fail(id, new LocalFault(this.#why));
    this.onEnd();
  }
}

function faultIn({ error }: Json): Fault {
  const { kind, code, text } = asObject(error) ?? {};
  const known = ['malformed', 'unknown', 'refused', 'busy'].find((one) => one === kind) as Fault['kind'] | undefined;
  return {
    kind: known ?? 'failed',
    ...(typeof code === 'string' && { code }),
    text: typeof text === 'string' ? text : 'the gateway answered what is no answer',
  };
}
