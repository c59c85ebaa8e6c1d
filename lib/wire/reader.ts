import { classify, type Frame, type MalformedFrame, parseId, type RpcId, shapeOf } from './frame.ts';
import { hasSeparators, neutralised } from './neutral.ts';
import { type ScanFault, Scanner } from './scanner.ts';
import { escapeSeparators } from './separators.ts';

export interface FrameLimits {
  /** Most bytes one frame may have. */
  readonly maxFrameBytes: number;
  /** Most levels of objects and arrays inside each other. */
  readonly maxJsonDepth: number;
}

/** Chunks smaller than this are copied together, so that a frame sent byte by byte stays small in memory. */
const SMALL_CHUNK = 4096;
const GATHER_BYTES = 64 * 1024;
/** Frames over this are put together as they come: joined at their end, 8 MB would keep everybody waiting for 10 ms. */
const LARGE = 256 * 1024;
const FIRST_ROOM = 1 << 20;
/** Room grows by so much, since what it grows from is copied; memory nobody has written to is none. */
const GROWTH = 8;
/** Past this many times the cap a frame is reported, and not even scanned for its id any more. */
const HOPELESS = 8;
const LF = 0x0a;
/** Replaced, never filled. */
const NO_PARTS: Buffer[] = [];
const BYTE_ORDER_MARK = Buffer.from('\ufeff');

const FAULT_CODES: Record<ScanFault['kind'], MalformedFrame['code']> = {
  syntax: 'SP8001',
  utf8: 'SP8002',
  depth: 'SP8005',
  duplicate: 'SP8006',
  confusable: 'SP8012',
};

/** What ends a frame: a newline, or only `end`, so that a frame may go over several lines. */
export type Framing = 'line' | 'whole';

/**
 * Splits a byte stream into frames, scanning each chunk as it comes. Costs are linear in the bytes whatever the
 * chunking; an oversized frame is dropped as it arrives and reported once, at its end or, when that is far off,
 * before.
 */
export class FrameReader {
  readonly #limits: FrameLimits;
  readonly #onFrame: (frame: Frame) => void;
  readonly #framing: Framing;
  readonly #scanner: Scanner;
  #parts: Buffer[] = NO_PARTS;
  /** The newest chunk of a whole frame: only the last one is kept without being copied, so each waits for the next. */
  #next: Buffer | undefined;
  #gather: Buffer | undefined;
  #gathered = 0;
  /** A large frame as far as it has come, at the same place as in its parts. */
  #large: Buffer | undefined;
  #size = 0;
  /** Where the frame begins in its first part. */
  #start = 0;
  #dropped = false;
  /** The frame was reported before its end, because there may never be one. */
  #reported = false;
  /** How many bytes of a byte order mark the stream began with; 3 once that is settled. */
  #mark = 0;

  constructor(limits: FrameLimits, onFrame: (frame: Frame) => void, framing: Framing = 'line') {
    this.#limits = limits;
    this.#onFrame = onFrame;
    this.#framing = framing;
    this.#scanner = new Scanner(limits.maxJsonDepth);
  }

  /** Bytes held of a frame that has not ended yet. */
  get held(): number {
    return this.#dropped ? 0 : this.#size + (this.#next?.length ?? 0);
  }

  /** Drops the frame that is being read; it is reported as too large at its end. */
  giveUp(): void {
    this.#dropped = true;
    this.#parts = NO_PARTS;
    this.#gather = undefined;
    this.#gathered = 0;
    this.#large = undefined;
  }

  /** Takes the next bytes and reports every frame that ends in them. */
  push(chunk: Buffer): void {
    if (this.#framing === 'whole') return this.#hold(chunk);
    let from = this.#mark < 3 ? this.#skipByteOrderMark(chunk) : 0;
    for (let lf = chunk.indexOf(LF, from); lf !== -1; lf = chunk.indexOf(LF, from)) {
      if (lf > from) this.#take(chunk, from, lf, true);
      from = lf + 1;
      if (this.#size > 0) this.#complete();
    }
    if (from < chunk.length) this.#take(chunk, from, chunk.length, false);
  }

  /** The stream has ended, and with it a last line that has no newline; or a whole frame has, and another may follow. */
  end(): void {
    this.#takeHeld(true);
    if (this.#size > 0) this.#complete();
  }

  #hold(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#takeHeld(false);
    this.#next = chunk;
  }

  #takeHeld(last: boolean): void {
    const chunk = this.#next;
    if (chunk === undefined) return;
    this.#next = undefined;
    const from = this.#mark < 3 ? this.#skipByteOrderMark(chunk) : 0;
    if (from < chunk.length) this.#take(chunk, from, chunk.length, last);
  }

  #take(chunk: Buffer, from: number, to: number, last: boolean): void {
    const asIs = last || to - from >= SMALL_CHUNK;
    if (this.#size === 0) {
      this.#start = asIs ? from : 0;
      this.#scanner.begin(this.#start);
    }
    const scanned = Math.min(to, from + this.#limits.maxFrameBytes * HOPELESS - this.#size);
    this.#size += to - from;
    if (this.#size > this.#limits.maxFrameBytes) this.giveUp();
    const isFirst = this.#size === to - from;
    if (!this.#dropped && this.#size > LARGE && !isFirst) this.#join(chunk, from, to);
    else if (!this.#dropped && asIs) this.#keep(chunk);
    else if (!this.#dropped) this.#copy(chunk, from, to);
    if (scanned > from) this.#scanner.feed(chunk, from, scanned);
    if (this.#size > this.#limits.maxFrameBytes * HOPELESS && !this.#reported) {
      this.#reported = true;
      this.#report(NO_PARTS, this.#limits.maxFrameBytes * HOPELESS, true);
    }
  }

  /** Whole chunks are kept as they are: what stands before and after the frame in them is never looked at. */
  #keep(chunk: Buffer): void {
    this.#seal();
    this.#add(chunk);
  }

  /** Most frames have one part, and an array made with it is smaller than one that grows. */
  #add(part: Buffer): void {
    if (this.#parts.length === 0) this.#parts = [part];
    else this.#parts.push(part);
  }

  #copy(chunk: Buffer, from: number, to: number): void {
    if (this.#gather === undefined || this.#gathered + to - from > this.#gather.length) {
      this.#seal();
      this.#gather = Buffer.allocUnsafeSlow(GATHER_BYTES);
    }
    chunk.copy(this.#gather, this.#gathered, from, to);
    this.#gathered += to - from;
  }

  #join(chunk: Buffer, from: number, to: number): void {
    const end = this.#start + this.#size;
    const at = end - (to - from);
    if (this.#large === undefined) {
      this.#seal();
      this.#large = this.#roomFor(end, FIRST_ROOM);
      let filled = 0;
      for (const part of this.#parts) filled += part.copy(this.#large, filled, 0, Math.min(part.length, at - filled));
      this.#parts = NO_PARTS;
    } else if (this.#large.length < end) {
      const room = this.#roomFor(end, this.#large.length * GROWTH);
      this.#large.copy(room, 0, 0, at);
      this.#large = room;
    }
    chunk.copy(this.#large, at, from, to);
  }

  #roomFor(end: number, wanted: number): Buffer {
    return Buffer.allocUnsafeSlow(Math.max(end, Math.min(wanted, this.#start + this.#limits.maxFrameBytes)));
  }

  #seal(): void {
    if (this.#gather === undefined) return;
    this.#add(this.#gather.subarray(0, this.#gathered));
    this.#gather = undefined;
    this.#gathered = 0;
  }

  #complete(): void {
    this.#seal();
    const parts = this.#large === undefined ? this.#parts : [this.#large];
    const size = this.#size;
    const dropped = this.#dropped;
    const reported = this.#reported;
    this.#parts = NO_PARTS;
    this.#large = undefined;
    this.#size = 0;
    this.#dropped = false;
    this.#reported = false;
    if (!reported) this.#report(parts, size, dropped);
  }

  #report(parts: Buffer[], size: number, dropped: boolean): void {
    if (dropped || !this.#scanner.blank) this.#onFrame(this.#frame(parts, size, dropped));
  }

  #frame(parts: Buffer[], size: number, dropped: boolean): Frame {
    const fault = this.#scanner.finish();
    const { outline, rawBreak, nonAscii, validUtf8 } = this.#scanner;
    if (dropped || fault !== undefined) {
      return {
        kind: 'malformed',
        code: dropped ? 'SP8004' : FAULT_CODES[fault!.kind],
        detail: dropped ? this.#tooLarge(size) : `${fault!.detail} (byte ${fault!.at - this.#start})`,
        id: answerableId(outline.idText, validUtf8),
        as: shapeOf(outline),
        size,
      };
    }
    if (rawBreak || (nonAscii && hasSeparators(parts, this.#start, this.#start + size))) {
      return this.#rescan(neutralised(parts, this.#start, this.#start + size));
    }
    return classify(parts, size, outline);
  }

  #tooLarge(size: number): string {
    const cap = this.#limits.maxFrameBytes;
    return size > cap ? `the frame has more than ${cap} bytes` : 'too many bytes of unfinished frames are held';
  }

  /** Spans move when a separator becomes its escape, so the cleaned frame is outlined anew. */
  #rescan(clean: Buffer): Frame {
    const scanner = new Scanner(this.#limits.maxJsonDepth);
    scanner.begin(0);
    scanner.feed(clean, 0, clean.length);
    scanner.finish();
    return classify([clean], clean.length, scanner.outline);
  }

  /** One byte order mark at the start of the stream is not part of the first frame. */
  #skipByteOrderMark(chunk: Buffer): number {
    let at = 0;
    while (at < chunk.length && this.#mark < 3 && chunk[at] === BYTE_ORDER_MARK[this.#mark]) {
      at++;
      this.#mark++;
    }
    if (at === chunk.length || this.#mark === 3) return at;
    if (this.#mark > 0) this.#take(BYTE_ORDER_MARK, 0, this.#mark, false);
    this.#mark = 3;
    return at;
  }
}

/**
 * The id of a frame that is refused, as it may stand in the answer: a refused frame was not neutralised, and a
 * byte that is no UTF-8 would come back as another one.
 */
function answerableId(text: string | undefined, validUtf8: boolean): RpcId | undefined {
  if (!validUtf8 && text?.includes('\ufffd')) return undefined;
  return parseId(text && escapeSeparators(text));
}

/** The frame in `bytes`, a whole line without its newline. */
export function parseFrame(bytes: Buffer, limits: FrameLimits): Frame {
  let found: Frame | undefined;
  const reader = new FrameReader(limits, (frame) => {
    found = frame;
  });
  reader.push(bytes);
  reader.end();
  return (
    found ?? {
      kind: 'malformed',
      code: 'SP8001',
      detail: 'the frame is empty',
      id: undefined,
      as: 'unknown',
      size: 0,
    }
  );
}
