/** One block as V8 counts it: offsets into the compiled text, the end not included. */
interface Block {
  readonly startOffset: number;
  readonly endOffset: number;
  readonly count: number;
}

/** What V8 reports of one script (the inspector's `Profiler.ScriptCoverage`). */
export interface ScriptCoverage {
  readonly url: string;
  readonly functions: readonly { readonly ranges: readonly Block[] }[];
}

export interface Branch {
  readonly start: number;
  readonly end: number;
}

/** What of one compiled file ran, over all processes that loaded it. */
export class MergedCoverage {
  readonly #text: string;
  readonly #ran: Uint8Array;
  readonly #branches = new Map<string, Branch>();
  loaded = false;

  constructor(text: string) {
    this.#text = text;
    this.#ran = new Uint8Array(text.length);
  }

  add({ functions }: ScriptCoverage): void {
    this.loaded = true;
    const blocks = functions.flatMap(({ ranges }) => ranges);
    // Inner blocks say more than those around them, so they are painted later.
    blocks.sort((a, b) => a.startOffset - b.startOffset || b.endOffset - a.endOffset);
    const ran = new Uint8Array(this.#text.length);
    for (const { startOffset: start, endOffset: end, count } of blocks) {
      ran.fill(count > 0 ? 1 : 0, start, end);
      if (this.#isBranch(start, end)) this.#branches.set(`${start} ${end}`, { start, end });
    }
    for (const [at, one] of ran.entries()) this.#ran[at]! |= one;
  }

  get branches(): readonly Branch[] {
    return [...this.#branches.values()];
  }

  /** Branches that ran nowhere. V8 joins neighbours that both did not run, so a branch counts by where it begins. */
  get missed(): readonly Branch[] {
    return this.branches.filter(({ start }) => this.#ran[start] === 0);
  }

  /** The whole module is no branch, nor is what holds only closing brackets, as after a last `return`. */
  #isBranch(start: number, end: number): boolean {
    return !(start === 0 && end === this.#text.length) && /[^\s(){}[\];,]/.test(this.#text.slice(start, end));
  }
}
