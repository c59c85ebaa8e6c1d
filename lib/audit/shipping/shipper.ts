import { mkdirSync } from 'node:fs';
import type { ExportFormat, Receiver, ShippedRecord } from '../../model/shipping.ts';
import { forgetEnded, isShipped } from './leftover.ts';
import { type LogFiles, logsIn, shippingFolder } from './log-files.ts';
import { HeldElsewhere, type Hold, Shipment } from './shipment.ts';

export type ShippingEvent =
  | 'shipping_behind'
  | 'shipping_recovered'
  | 'shipping_set_aside'
  | 'shipping_cursor_lost'
  | 'shipping_cursor_failed'
  | 'shipping_gap';

export interface ShipperGround {
  /** Folder of the log, and the one used in its place. */
  readonly dirs: readonly string[];
  readonly receiver: Receiver;
  readonly format: ExportFormat;
  form(line: string, seq: number, log: string): ShippedRecord;
  /** Takes a log for this process; undefined while another has it. */
  hold(folder: string, log: string): Promise<Hold | undefined>;
  /** Who writes it: this process, another one that runs and so ships it itself, or nobody any more. */
  writerOf(log: LogFiles): 'this' | 'another' | 'nobody';
  /** How long to wait after the n-th failure in a row, when the receiver asked for `afterMs`. */
  backoff(failures: number, afterMs: number | undefined): number;
  tell(event: ShippingEvent, fields: Record<string, unknown>): void;
}

/** What was written is gathered for so long. */
const GATHER_MS = 250;
/** How often logs of processes that have ended are looked for. */
const LOOK_MS = 30_000;
/** How often a held log is said to be so; well below what file locks of other machines are given. */
const HEARTBEAT_MS = 15_000;
/** So many failures in a row are an outage. */
const BEHIND_AFTER = 3;

/**
 * Ships every log of a folder to one destination, one batch at a time: this process's own, and those of processes that
 * have ended. Nothing waits for it, and it holds one batch in memory. What it does not get done, the next one does.
 */
export class Shipper {
  readonly #ground: ShipperGround;
  readonly #held = new Map<string, Shipment>();
  #failures = 0;
  #behindSince: number | undefined;
  #isClosed = false;
  #hasNews = true;
  #lookAt = 0;
  readonly #heartbeat: NodeJS.Timeout;
  #rest: { timer: NodeJS.Timeout; end: () => void } | undefined;
  #backsOff = false;
  readonly #ended: Promise<void>;

  constructor(ground: ShipperGround) {
    this.#ground = ground;
    this.#heartbeat = setInterval(() => {
      for (const { hold } of this.#held.values()) hold.renew();
    }, HEARTBEAT_MS).unref();
    this.#ended = this.#run();
  }

  /** Something was written. Cheap: it is called for every record. */
  wake(): void {
    if (this.#hasNews) return;
    this.#hasNews = true;
    if (!this.#backsOff) this.#restFor(GATHER_MS);
  }

  /** Sends what is there, for at most `graceMs`, and ends. */
  async close(graceMs: number): Promise<void> {
    this.#isClosed = true;
    this.#rest?.end();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, graceMs);
    });
    await Promise.race([this.#ended, late]);
    clearTimeout(timer);
    clearInterval(this.#heartbeat);
    this.#ground.receiver.close();
    for (const { hold } of this.#held.values()) hold.release();
  }

  /** Goes round until it is closed and nothing is left that can be sent. */
  async #run(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    for (;;) {
      this.#hasNews = false;
      const isLast = this.#isClosed;
      const goesOn = await this.#round().catch((error: Error) => this.#failed(error.message));
      if (isLast || (this.#isClosed && !goesOn)) return;
      if (goesOn && !this.#hasNews) await this.#wait(this.#lookAt - performance.now());
      else if (goesOn) await this.#wait(GATHER_MS);
    }
  }

  /** Ships what is there; false after a failure, when it has waited. */
  async #round(): Promise<boolean> {
    const now = performance.now();
    const looks = now >= this.#lookAt || !this.#holdsOwn;
    if (looks) this.#lookAt = now + LOOK_MS;
    for (const shipment of this.#held.values()) if (!(await this.#ship(shipment))) return false;
    return looks ? this.#look() : true;
  }

  /** Takes up what this process writes, and what others have left. */
  async #look(): Promise<boolean> {
    for (const dir of this.#ground.dirs) {
      const folder = shippingFolder(dir, this.#ground.receiver.name);
      const logs = await logsIn(dir);
      // What others have left in the folder that is used in place of ours is for those who use it as well.
      if (dir !== this.#ground.dirs[0] && !logs.some((log) => this.#ground.writerOf(log) === 'this')) continue;
      if (logs.length > 0) mkdirSync(folder, { recursive: true, mode: 0o700 });
      await forgetEnded(folder, logs);
      for (const log of logs) {
        if (this.#held.has(log.name) || this.#ground.writerOf(log) === 'another' || (await isShipped(folder, log)))
          continue;
        if (!(await this.#takeUp(folder, log))) return false;
        if (this.#isClosed) return true;
      }
    }
    return true;
  }

  async #takeUp(folder: string, log: LogFiles): Promise<boolean> {
    const hold = await this.#ground.hold(folder, log.name);
    if (hold === undefined) return true;
    const { format, form, receiver, tell } = this.#ground;
    const shipment = new Shipment(log, hold, {
      folder,
      format,
      form,
      send: (batch) => receiver.send(batch),
      tell: (event, fields) => tell(event, { destination: receiver.name, ...fields }),
    });
    // That of this process stays its own; others are let go when they are done.
    this.#held.set(log.name, shipment);
    return this.#ship(shipment);
  }

  async #ship(shipment: Shipment): Promise<boolean> {
    for (;;) {
      const step = await this.#step(shipment);
      if (step === 'idle') {
        if (this.#ground.writerOf(shipment.log) !== 'this') this.#letGo(shipment);
        return true;
      }
      if (step !== 'moved') {
        await this.#failed(step.why, step.afterMs);
        return false;
      }
      this.#worked();
    }
  }

  async #step(shipment: Shipment) {
    try {
      return await shipment.step();
    } catch (error) {
      if (!(error instanceof HeldElsewhere)) throw error;
      this.#letGo(shipment);
      return 'idle';
    }
  }

  get #holdsOwn(): boolean {
    return [...this.#held.values()].some(({ log }) => this.#ground.writerOf(log) === 'this');
  }

  #letGo(shipment: Shipment): void {
    shipment.hold.release();
    this.#held.delete(shipment.log.name);
  }

  #worked(): void {
    this.#failures = 0;
    if (this.#behindSince === undefined) return;
    const ms = Math.round(performance.now() - this.#behindSince);
    this.#behindSince = undefined;
    this.#ground.tell('shipping_recovered', { destination: this.#ground.receiver.name, ms });
  }

  async #failed(why: string, afterMs?: number): Promise<false> {
    this.#failures++;
    if (this.#failures === BEHIND_AFTER) {
      this.#behindSince = performance.now();
      this.#ground.tell('shipping_behind', { destination: this.#ground.receiver.name, why });
    }
    this.#backsOff = true;
    await this.#wait(this.#ground.backoff(this.#failures, afterMs));
    this.#backsOff = false;
    return false;
  }

  async #wait(ms: number): Promise<void> {
    if (this.#isClosed) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(this.#rest?.timer);
        this.#rest = undefined;
        resolve();
      };
      this.#rest = { end, timer: setTimeout(end, Math.max(0, ms)).unref() };
    });
  }

  /** Has the rest end after `ms` from now, if it is to last longer. */
  #restFor(ms: number): void {
    const rest = this.#rest;
    if (rest === undefined) return;
    clearTimeout(rest.timer);
    this.#rest = { ...rest, timer: setTimeout(rest.end, ms).unref() };
  }
}
