import { hash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import type { Batch, ExportFormat, Receipt, ShippedRecord } from '../../model/shipping.ts';
import { BEGINNING, type Cursor, CursorLost, cursorPath, type Place, placeCursor, readCursor } from './cursor.ts';
import { setAside } from './dead-letters.ts';
import { type LogFiles, segmentPath } from './log-files.ts';
import { type LoggedLine, readStretch, type Stretch } from './stretch.ts';

/** A log that this process alone ships to this destination, for as long as it holds it. */
export interface Hold {
  readonly isOurs: boolean;
  release(): void;
  /** Says that the holder is alive, for those who cannot see its process. */
  renew(): void;
}

export interface ShipmentGround {
  readonly folder: string;
  readonly format: ExportFormat;
  /** A record as it is sent; throws for a line that is none. */
  form(line: string, seq: number, log: string): ShippedRecord;
  send(batch: Batch): Promise<Receipt>;
  /** Something the operator should know. */
  tell(event: ShippingTrouble, fields: Record<string, unknown>): void;
}

export type ShippingTrouble = 'shipping_set_aside' | 'shipping_cursor_lost' | 'shipping_cursor_failed' | 'shipping_gap';

/** What became of a step: nothing was there, something moved on, or the destination is to be left alone. */
export type Step = 'idle' | 'moved' | Extract<Receipt, { kind: 'later' }>;

/** Records formed in one go while calls may be waiting for the thread. */
const AT_ONCE = 20;
/** So many records refused one after the other, and it is not the records. */
const MOST_REFUSED = 20;

/** Another process has taken this one for dead, and ships its log. */
export class HeldElsewhere extends Error {}

/** The way of one log to one destination: reads from its cursor on, sends, and moves the cursor when it was taken. */
export class Shipment {
  readonly hold: Hold;
  log: LogFiles;
  readonly #ground: ShipmentGround;
  #at: Place;
  #pending: Place | undefined;
  /** What stands on disk is older than what is known. */
  #isUnplaced = false;
  /** It was told that cursors cannot be kept. */
  #hasFailed = false;
  /** Refusals one after the other, nothing taken in between. */
  #refused = 0;

  constructor(log: LogFiles, hold: Hold, ground: ShipmentGround) {
    this.log = log;
    this.hold = hold;
    this.#ground = ground;
    const cursor = this.#known();
    this.#at = cursor?.at ?? BEGINNING;
    this.#pending = cursor?.pending;
  }

  /** How far the destination has it. */
  get at(): Place {
    return this.#at;
  }

  /** Sends what comes next. Throws when the log cannot be read, or what was refused cannot be kept; then nothing has moved. */
  async step(): Promise<Step> {
    const stretch = await this.#next();
    if (stretch === undefined) {
      if (this.#isUnplaced || this.#pending !== undefined) await this.#place(this.#at, undefined);
      return 'idle';
    }
    const [first] = stretch.lines;
    if (first?.seq !== undefined && this.#at.seq > 0 && first.seq !== this.#at.seq + 1)
      this.#ground.tell('shipping_gap', { log: this.log.name, after: this.#at.seq, next: first.seq });
    const { records, whole, bad } = await this.#formed(stretch.lines);
    if (records.length === 0) {
      await this.#setAside([bad!], 'it is no record');
      return 'moved';
    }
    const end = stretch.lines[whole - 1]!.end;
    await this.#place(this.#at, end);
    const last = records.at(-1)!.seq;
    return this.#received(await this.#ground.send(this.#batch(records)), stretch.lines.slice(0, whole), {
      ...end,
      seq: last,
    });
  }

  /** Where something new was written, the log has more segments than were seen before. */
  async #next(): Promise<Stretch | undefined> {
    for (;;) {
      const stretch = await readStretch(this.log, this.#at, this.#pending);
      if (stretch !== undefined && stretch.lines.length > 0) return stretch;
      if (this.#pending !== undefined) {
        // What was sent is not there any more as it was: what is there counts.
        this.#pending = undefined;
        continue;
      }
      const next = (this.log.segments.at(-1) ?? 0) + 1;
      if (!(await isThere(segmentPath(this.log, next)))) return undefined;
      this.log = { ...this.log, segments: [...this.log.segments, next] };
    }
  }

  /** The records up to the first line that is none. */
  async #formed(lines: readonly LoggedLine[]) {
    const records: ShippedRecord[] = [];
    for (const [index, line] of lines.entries()) {
      if (index > 0 && index % AT_ONCE === 0) await new Promise((resolve) => setImmediate(resolve));
      try {
        if (line.seq === undefined) throw new Error('no record');
        records.push(this.#ground.form(line.text, line.seq, this.log.name));
      } catch {
        return { records, whole: index, bad: line };
      }
    }
    return { records, whole: lines.length, bad: undefined };
  }

  #batch(records: readonly ShippedRecord[]): Batch {
    const { name: log } = this.log;
    const first = records[0]!.seq;
    const last = records.at(-1)!.seq;
    const id = `sp_${hash('sha256', `${log} ${first} ${last}`, 'hex').slice(0, 32)}`;
    return { id, log, first, last, format: this.#ground.format, records };
  }

  async #received(receipt: Receipt, lines: readonly LoggedLine[], end: Place): Promise<Step> {
    if (receipt.kind === 'later') return receipt;
    if (receipt.kind === 'refused') return this.#wasRefused(receipt.why, lines);
    this.#refused = 0;
    if (receipt.kind === 'partly') await this.#setAside(lines, receipt.why);
    else this.#advance(end);
    return 'moved';
  }

  /** Of many, half is tried, until it is known which one is not taken. */
  async #wasRefused(why: string, lines: readonly LoggedLine[]): Promise<Step> {
    if (lines.length > 1) {
      await this.#place(this.#at, lines[Math.floor(lines.length / 2) - 1]!.end);
      return 'moved';
    }
    if (++this.#refused > MOST_REFUSED) {
      this.#refused = MOST_REFUSED;
      return { kind: 'later', why: `takes no record: ${why}` };
    }
    await this.#setAside(lines, why);
    return 'moved';
  }

  async #setAside(lines: readonly LoggedLine[], why: string): Promise<void> {
    const end = lines.at(-1)!.end;
    const { name: log } = this.log;
    await setAside(this.#ground.folder, log, lines, why);
    this.#ground.tell('shipping_set_aside', { log, seq: end.seq, count: lines.length, why });
    this.#advance(end);
  }

  #advance(end: Place): void {
    this.#at = end;
    this.#pending = undefined;
    this.#isUnplaced = true;
  }

  /** Where it cannot be kept, records go on leaving: a receiver that knows what it has drops what comes twice. */
  async #place(at: Place, pending: Place | undefined): Promise<void> {
    if (!this.hold.isOurs) throw new HeldElsewhere(this.log.name);
    this.#pending = pending;
    this.#isUnplaced = true;
    try {
      await placeCursor(cursorPath(this.#ground.folder, this.log.name), { at, pending });
      this.#isUnplaced = false;
      this.#hasFailed = false;
    } catch (error) {
      if (!this.#hasFailed)
        this.#ground.tell('shipping_cursor_failed', { log: this.log.name, why: (error as Error).message });
      this.#hasFailed = true;
    }
  }

  #known(): Cursor | undefined {
    try {
      return readCursor(cursorPath(this.#ground.folder, this.log.name));
    } catch (error) {
      if (!(error instanceof CursorLost)) throw error;
      this.#ground.tell('shipping_cursor_lost', { log: this.log.name, why: error.message });
      return undefined;
    }
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
