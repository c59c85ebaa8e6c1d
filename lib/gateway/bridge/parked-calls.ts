import type { ParkedCall, ParkedTable } from '../ports.ts';

/** Calls of one principal that may wait for their client at a time. */
const MOST_PARKED = 100;

/** The calls of one principal that wait until the client has answered what their server asked. */
export class ParkedCalls implements ParkedTable {
  readonly #calls = new Map<string, ParkedCall>();

  get isFull(): boolean {
    return this.#calls.size >= MOST_PARKED;
  }

  get size(): number {
    return this.#calls.size;
  }

  add(id: string, call: ParkedCall): void {
    this.#calls.set(id, call);
  }

  get(id: string): ParkedCall | undefined {
    return this.#calls.get(id);
  }

  delete(id: string): void {
    this.#calls.delete(id);
  }
}
