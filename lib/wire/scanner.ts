import { DeepSkip } from './deep-skip.ts';
import type { KeyRing } from './keys.ts';
import { NUMBER_ENDS, numberMayEnd, numberRepeats, numberStart, numberStep } from './numbers.ts';
import { ARRAY, OBJECT, Outline } from './outline.ts';
import { StringScan } from './strings.ts';
import { TokenCapture } from './token-capture.ts';
import { Utf8Gate } from './utf8.ts';

/** What makes a frame unacceptable, and where (byte offset in the frame). */
export interface ScanFault {
  readonly kind: 'syntax' | 'utf8' | 'depth' | 'duplicate' | 'confusable';
  readonly at: number;
  readonly detail: string;
}

/** What the scanner expects next, or is inside of. */
const Expect = { value: 0, valueOrEnd: 1, keyOrEnd: 2, key: 3, colon: 4, comma: 5, nothing: 6 } as const;
const Inside = { string: 7, key: 8, number: 9, literal: 10, tooDeep: 11 } as const;

/** Returned instead of an index once the frame cannot be read on. */
const STOP = Number.MAX_SAFE_INTEGER;

/**
 * Strict, resumable JSON scanner for one frame (RFC 8259 with the extra rules of docs/adr/0003).
 * It is fed chunk by chunk, sees each byte once, and fills an {@link Outline}. A fault that leaves the
 * structure readable does not stop it, so that the frame's id can still be answered.
 */
export class Scanner {
  outline: Outline;
  fault: ScanFault | undefined;
  /** A raw CR or LF stood between two tokens, inside the value. */
  rawBreak = false;
  nonAscii = false;
  /** Every byte so far can be UTF-8. */
  validUtf8 = true;

  readonly #maxDepth: number;
  readonly #kinds: Uint8Array;
  readonly #rings: KeyRing[] = [];
  readonly #strings = new StringScan();
  readonly #utf8 = new Utf8Gate();
  readonly #skip = new DeepSkip();
  readonly #token = new TokenCapture();
  #state: number = Expect.value;
  #dead = false;
  #depth = 0;
  /** Absolute offset of index 0 of the chunk being fed. */
  #base = 0;
  #length = 0;
  #number = 0;
  #literal = '';
  #literalAt = 0;

  constructor(maxDepth: number) {
    this.#maxDepth = maxDepth;
    this.#kinds = new Uint8Array(maxDepth + 1);
    this.outline = new Outline(this.#rings);
  }

  /** Begins a frame whose first byte counts as `offset`; the last outline is left to whoever took it. */
  begin(offset: number): void {
    this.outline = new Outline(this.#rings);
    this.fault = undefined;
    this.rawBreak = false;
    this.nonAscii = false;
    this.validUtf8 = true;
    this.#utf8.reset();
    this.#strings.reset();
    this.#state = Expect.value;
    this.#dead = false;
    this.#depth = 0;
    this.#length = offset;
    this.#token.reset();
  }

  /** Nothing but space has been seen. */
  get blank(): boolean {
    return this.#depth === 0 && this.#state === Expect.value && !this.#dead;
  }

  /** Scans `buf[from, to)`, the next bytes of the frame. */
  feed(buf: Buffer, from: number, to: number): void {
    this.#base = this.#length - from;
    this.#token.resume(from);
    this.#strings.open(buf);
    let i = from;
    while (i < to && !this.#dead) {
      switch (this.#state) {
        case Inside.string:
        case Inside.key:
          i = this.#string(buf, i, to);
          break;
        case Inside.number:
          i = this.#inNumber(buf, i, to);
          break;
        case Inside.literal:
          i = this.#inLiteral(buf, i, to);
          break;
        case Inside.tooDeep:
          i = this.#inTooDeep(buf, i, to);
          break;
        default:
          i = this.#structure(buf, i, to);
      }
    }
    this.#length = this.#base + to;
    if (this.#token.on && !this.#dead) this.#token.hold(buf, to);
    if ((this.#strings.seen & ~0x7f) !== 0 || this.#utf8.pending) this.#checkUtf8(buf, from, to);
  }

  /** To be called at the end of the frame; the answer is final. */
  finish(): ScanFault | undefined {
    if (this.#dead) return this.fault;
    const bareNumber = this.#state === Inside.number && this.#depth === 0 && numberMayEnd(this.#number);
    if (bareNumber) this.#state = Expect.nothing;
    if (!this.#utf8.complete()) this.#stop('utf8', this.#length, 'the frame ends inside a UTF-8 sequence');
    else if (this.#state !== Expect.nothing) this.#stop('syntax', this.#length, 'the frame ends early');
    return this.fault;
  }

  /** Reads what stands between strings, numbers and literals, up to the next of them. */
  #structure(buf: Buffer, from: number, to: number): number {
    for (let i = from; i < to; i++) {
      const c = buf[i]!;
      if (c === 0x20 || c === 0x09) continue;
      if (c === 0x0d || c === 0x0a) {
        if (this.#depth > 0) this.rawBreak = true;
        continue;
      }
      const state = this.#state;
      if (state === Expect.comma) {
        const inObject = this.#kinds[this.#depth] === OBJECT;
        if (c === 0x2c) this.#state = inObject ? Expect.key : Expect.value;
        else if (c === (inObject ? 0x7d : 0x5d)) this.#close(i);
        else return this.#stop('syntax', i + this.#base, 'a "," or a closing bracket is missing');
      } else if (state === Expect.colon) {
        if (c !== 0x3a) return this.#stop('syntax', i + this.#base, 'a ":" is missing');
        this.#state = Expect.value;
      } else if (state === Expect.key || state === Expect.keyOrEnd) {
        if (c === 0x22) return this.#beginKey(i);
        if (c !== 0x7d || state === Expect.key) {
          return this.#stop('syntax', i + this.#base, 'a key must be a string');
        }
        this.#close(i);
      } else if (state === Expect.nothing) {
        return this.#stop('syntax', i + this.#base, 'something follows the end of the value');
      } else if (c === OBJECT || c === ARRAY) {
        if (!this.#open(c, i)) return i + 1;
      } else if (c === 0x5d && state === Expect.valueOrEnd) this.#close(i);
      else return this.#beginScalar(c, i);
    }
    return to;
  }

  #beginKey(i: number): number {
    this.#state = Inside.key;
    this.#strings.escaped = false;
    this.#token.begin(i + 1, this.outline.wantsKey(this.#depth));
    return i + 1;
  }

  #beginScalar(c: number, i: number): number {
    const depth = this.#depth;
    if (depth <= 2 && depth > 0) {
      this.outline.valueStarts(depth, c, i + this.#base);
      this.#token.begin(i, this.outline.wantsScalar(depth));
    }
    if (c === 0x22) {
      this.#state = Inside.string;
      this.#strings.escaped = false;
    } else if (c === 0x74 || c === 0x66 || c === 0x6e) {
      this.#state = Inside.literal;
      this.#literal = c === 0x74 ? 'true' : c === 0x66 ? 'false' : 'null';
      this.#literalAt = 1;
    } else {
      this.#state = Inside.number;
      this.#number = numberStart(c);
      if (this.#number === NUMBER_ENDS) return this.#stop('syntax', i + this.#base, 'not a JSON value');
    }
    return i + 1;
  }

  /** False when it is one level too many, and will be skipped. */
  #open(c: number, i: number): boolean {
    if (this.#depth >= this.#maxDepth) {
      this.fault ??= { kind: 'depth', at: i + this.#base, detail: `nested deeper than ${this.#maxDepth} levels` };
      this.#state = Inside.tooDeep;
      this.#skip.begin();
      return false;
    }
    if (this.#depth <= 2 && this.#depth > 0) this.outline.valueStarts(this.#depth, c, i + this.#base);
    this.#depth++;
    this.#kinds[this.#depth] = c;
    this.outline.opened(this.#depth, c);
    this.#state = c === OBJECT ? Expect.keyOrEnd : Expect.valueOrEnd;
    return true;
  }

  #close(i: number): void {
    this.#depth--;
    this.#valueEnded(i + 1);
  }

  #string(buf: Buffer, from: number, to: number): number {
    const end = this.#strings.run(buf, from, to);
    if (end === to) return to;
    if (end < 0)
      return this.#stop('syntax', this.#strings.faultAt + this.#base, this.#strings.fault ?? 'not a JSON string');
    if (this.#state === Inside.string) this.#scalarEnded(buf, end + 1);
    else {
      this.#state = Expect.colon;
      if (this.#token.on) this.#keyEnded(this.#token.take(buf, end), end);
    }
    return end + 1;
  }

  #inNumber(buf: Buffer, from: number, to: number): number {
    for (let i = from; i < to; i++) {
      const c = buf[i]!;
      if (c >= 0x30 && c <= 0x39 && numberRepeats(this.#number)) continue;
      const next = numberStep(this.#number, c);
      if (next === NUMBER_ENDS) {
        if (!numberMayEnd(this.#number)) return this.#stop('syntax', i + this.#base, 'a number is incomplete');
        this.#scalarEnded(buf, i);
        return i;
      }
      this.#number = next;
    }
    return to;
  }

  #inLiteral(buf: Buffer, from: number, to: number): number {
    for (let i = from; i < to; i++) {
      if (buf[i] !== this.#literal.charCodeAt(this.#literalAt)) {
        return this.#stop('syntax', i + this.#base, 'not a JSON value');
      }
      if (++this.#literalAt === this.#literal.length) {
        this.#scalarEnded(buf, i + 1);
        return i + 1;
      }
    }
    return to;
  }

  #inTooDeep(buf: Buffer, from: number, to: number): number {
    const end = this.#skip.run(buf, from, to);
    if (end === -1) return to;
    this.#valueEnded(end);
    return end;
  }

  #scalarEnded(buf: Buffer, end: number): void {
    if (this.#token.on) this.outline.idText = this.#token.take(buf, end);
    this.#valueEnded(end);
  }

  #valueEnded(end: number): void {
    const depth = this.#depth;
    this.#state = depth === 0 ? Expect.nothing : Expect.comma;
    if (depth <= 2 && depth > 0) this.outline.valueEnds(depth, end + this.#base);
  }

  #keyEnded(raw: string, end: number): void {
    const { escaped } = this.#strings;
    const key = escaped ? (JSON.parse(`"${raw}"`) as string) : raw;
    const kind = this.outline.key(this.#depth, key, escaped);
    if (kind === undefined) return;
    const detail = kind === 'duplicate' ? 'a key stands twice in one object' : 'a key could be read as another';
    this.fault ??= { kind, at: end + this.#base, detail: `${detail}: ${JSON.stringify(key.slice(0, 80))}` };
  }

  /** Looked at once a chunk has been read, so an earlier byte may be at fault than the one reading stopped at. */
  #checkUtf8(buf: Buffer, from: number, to: number): void {
    this.nonAscii = true;
    if (!this.validUtf8 || this.#utf8.push(buf, from, to)) return;
    this.validUtf8 = false;
    const at = this.#utf8.badAt + this.#base;
    if (this.fault !== undefined && this.fault.at <= at) return;
    this.fault = { kind: 'utf8', at, detail: 'the frame is not valid UTF-8' };
  }

  #stop(kind: ScanFault['kind'], at: number, detail: string): number {
    this.fault ??= { kind, at, detail };
    this.#dead = true;
    return STOP;
  }
}
