import { createHash } from 'node:crypto';
import type { ListedKind } from '../model/offered.ts';
import { type OfferedItem, type RefusedItem, readItem } from './offered.ts';

/** Definitions that are remembered; more than this a backend does not list. */
const MOST = 4096;
/** Characters of them, some times what one list may have: a server could say something else each time it is asked. */
const MOST_CHARACTERS = 16 * 1024 * 1024;

/** What definitions say; each is read once, however often it is listed. */
export class ItemReader {
  readonly #read = new Map<string, OfferedItem | RefusedItem>();
  #characters = 0;

  read(kind: ListedKind, text: string): OfferedItem | RefusedItem {
    const key = createHash('sha256').update(kind).update(text).digest('base64');
    let item = this.#read.get(key);
    if (item === undefined) {
      item = readItem(kind, text);
      if (this.#read.size >= MOST || this.#characters + text.length > MOST_CHARACTERS) {
        this.#read.clear();
        this.#characters = 0;
      }
      this.#characters += text.length;
      this.#read.set(key, item);
    }
    return item;
  }

  /** How many definitions are remembered. */
  get remembered(): number {
    return this.#read.size;
  }
}
