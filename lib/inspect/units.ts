/** A text as UTF-16 code units: reading an array costs two thirds of reading a string character by character. */
export interface Units {
  readonly array: Uint16Array;
  readonly length: number;
}

const FIRST_SIZE = 4096;

/** Arrays that texts are put into one after another, so that none is made for each text. Given back in reverse order. */
export class UnitsPool {
  readonly #slots: Slot[] = [];
  #used = 0;

  take(text: string): Units {
    this.#slots[this.#used] ??= new Slot();
    const slot = this.#slots[this.#used++]!;
    slot.load(text);
    return slot;
  }

  giveBack(): void {
    this.#used--;
  }

  /** Also what was not given back because something threw. */
  giveBackAll(): void {
    this.#used = 0;
  }
}

export function unitsOf(text: string): Units {
  return new UnitsPool().take(text);
}

class Slot implements Units {
  #bytes = Buffer.alloc(FIRST_SIZE * 2);
  array = new Uint16Array(this.#bytes.buffer, this.#bytes.byteOffset, FIRST_SIZE);
  length = 0;

  load(text: string): void {
    this.length = text.length;
    if (text.length > this.array.length) {
      this.#bytes = Buffer.alloc(text.length * 2);
      this.array = new Uint16Array(this.#bytes.buffer, this.#bytes.byteOffset, text.length);
    }
    this.#bytes.write(text, 'utf16le');
  }
}
