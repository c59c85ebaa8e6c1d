/** Takes the events of a stream as their bytes come. */
export interface EventSink {
  /** The next bytes of the data of the event that is being read; a newline between its lines is among them. */
  data(bytes: Buffer): void;
  /** The event whose data came since the last one ended is complete. */
  end(type: string): void;
}

const LF = 0x0a;
const CR = 0x0d;
const COLON = 0x3a;
const SPACE = 0x20;
const NEWLINE = Buffer.from('\n');
const BYTE_ORDER_MARK = Buffer.from('\ufeff');
/** Longer names are those of no field there is. */
const LONGEST_NAME = 5;
/** A field other than data that is longer is not kept. */
const MOST_FIELD_BYTES = 1024;
/** Stands for a value that was not kept; no field may have it. */
const TOO_LONG = '\0';
/** What a header can carry back. */
const USABLE_ID = /^[\x21-\x7e]*$/;

const Reading = { name: 0, space: 1, value: 2 } as const;

/**
 * Reads `text/event-stream` (HTML, 9.2.6) chunk by chunk. Lines may end in LF, CR or both, wherever the chunks are
 * cut; of the data nothing is kept, of everything else no more than a little.
 */
export class EventDecoder {
  /** Where the stream can be taken up again; undefined when the server gave no id that can be sent back. */
  lastId: string | undefined;
  /** How long the server wants us to wait before that. */
  retryMs: number | undefined;
  readonly #sink: EventSink;
  #state: number = Reading.name;
  /** An LF now belongs to the line that has ended. */
  #afterCr = false;
  #atStart = true;
  #mark = 0;
  #emptyLine = true;
  #name = '';
  #field: Buffer[] = [];
  #fieldBytes = 0;
  #dataLines = 0;
  #type = '';
  #id: string | undefined;

  constructor(sink: EventSink) {
    this.#sink = sink;
  }

  push(chunk: Buffer): void {
    let at = this.#atStart ? this.#skipByteOrderMark(chunk) : 0;
    let cr = chunk.indexOf(CR, at);
    while (at < chunk.length) {
      if (this.#afterCr && chunk[at] === LF) at++;
      this.#afterCr = false;
      if (cr !== -1 && cr < at) cr = chunk.indexOf(CR, at);
      const lf = chunk.indexOf(LF, at);
      const end = cr !== -1 && (lf === -1 || cr < lf) ? cr : lf;
      if (end === -1) return this.#piece(chunk.subarray(at));
      this.#piece(chunk.subarray(at, end));
      this.#endLine();
      this.#afterCr = end === cr;
      at = end + 1;
    }
  }

  /** The next part of a line; the field begins behind the colon and perhaps one space. */
  #piece(bytes: Buffer): void {
    if (bytes.length === 0) return;
    this.#emptyLine = false;
    let rest = bytes;
    if (this.#state === Reading.name) {
      const colon = rest.indexOf(COLON);
      const end = colon === -1 ? rest.length : colon;
      if (this.#name.length <= LONGEST_NAME) this.#name += rest.toString('latin1', 0, Math.min(end, LONGEST_NAME + 1));
      if (colon === -1) return;
      this.#state = Reading.space;
      this.#beginField();
      rest = rest.subarray(colon + 1);
    }
    if (this.#state === Reading.space && rest.length > 0) {
      this.#state = Reading.value;
      if (rest[0] === SPACE) rest = rest.subarray(1);
    }
    if (rest.length > 0) this.#value(rest);
  }

  #beginField(): void {
    if (this.#name === 'data' && this.#dataLines++ > 0) this.#sink.data(NEWLINE);
  }

  #value(bytes: Buffer): void {
    if (this.#name === 'data') return this.#sink.data(bytes);
    if (this.#name.length > LONGEST_NAME || this.#name === '') return;
    this.#fieldBytes += bytes.length;
    if (this.#fieldBytes <= MOST_FIELD_BYTES) this.#field.push(bytes);
    else this.#field = [];
  }

  #endLine(): void {
    if (this.#emptyLine) return this.#endEvent();
    if (this.#state === Reading.name) this.#beginField();
    this.#note(
      this.#name,
      this.#fieldBytes > MOST_FIELD_BYTES ? TOO_LONG : Buffer.concat(this.#field).toString('utf8'),
    );
    this.#state = Reading.name;
    this.#name = '';
    this.#field = [];
    this.#fieldBytes = 0;
    this.#emptyLine = true;
  }

  #note(name: string, value: string): void {
    if (name === 'event') this.#type = value;
    else if (name === 'id') this.#id = USABLE_ID.test(value) ? value : '';
    else if (name === 'retry' && /^\d{1,9}$/.test(value)) this.retryMs = Number(value);
  }

  #endEvent(): void {
    if (this.#id !== undefined) this.lastId = this.#id === '' ? undefined : this.#id;
    this.#id = undefined;
    const type = this.#type === '' ? 'message' : this.#type;
    const hasData = this.#dataLines > 0;
    this.#type = '';
    this.#dataLines = 0;
    if (hasData) this.#sink.end(type);
  }

  #skipByteOrderMark(chunk: Buffer): number {
    let at = 0;
    while (at < chunk.length && this.#mark < 3 && chunk[at] === BYTE_ORDER_MARK[this.#mark]) {
      at++;
      this.#mark++;
    }
    if (at === chunk.length && this.#mark < 3) return at;
    this.#atStart = false;
    if (this.#mark < 3 && this.#mark > 0) this.#piece(BYTE_ORDER_MARK.subarray(0, this.#mark));
    return at;
  }
}
