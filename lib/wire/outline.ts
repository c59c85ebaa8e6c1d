import { KeyRing, Watch } from './keys.ts';

export const OBJECT = 0x7b;
export const ARRAY = 0x5b;

/** One member of the envelope or of an object directly under it; offsets count bytes in the frame. */
export interface Member {
  readonly key: string;
  /** First byte of the value: `{ [ " t f n -` or a digit. */
  readonly kind: number;
  readonly start: number;
  end: number;
  /** Members of the value, when it is `params`, `result` or `error` and an object. */
  readonly inner: Member[];
  /** Keys of the value, when it is the `arguments` of `params`. */
  readonly keys: string[];
}

/** What is wrong with a key. */
export type KeyProblem = 'duplicate' | 'confusable';

const ENVELOPE_KEYS: ReadonlySet<string> = new Set(['jsonrpc', 'id', 'method', 'params', 'result', 'error']);

/** `params` members the gateway judges or rewrites; no other spelling of them is let in. */
const JUDGED_PARAMS: ReadonlySet<string> = new Set(
  'name arguments uri cursor ref argument context level task taskId requestState inputResponses requestId _meta progressToken protocolVersion capabilities clientInfo notifications'.split(
    ' ',
  ),
);
const JUDGED_FOLDED = new Set([...JUDGED_PARAMS].map((key) => key.toLowerCase()));

const NONE: never[] = [];
const Branch = { other: 0, params: 1, reply: 2 } as const;

/**
 * What routing needs to know of a frame: the spans of the envelope's members and of the members one level
 * below, and whether any key could be read in two ways. Filled by the scanner; holds no bytes but the id.
 */
export class Outline {
  readonly members: Member[] = [];
  /** Spans of the elements when the frame is an array (a batch). */
  readonly elements: { start: number; end: number }[] = [];
  /** Raw text of the envelope's `id`, kept apart because an oversized frame keeps nothing else. */
  idText: string | undefined;
  isBatch = false;

  readonly #rings: KeyRing[];
  #key = '';
  #branch: number = Branch.other;
  #inArguments = false;

  /** `rings` is scratch space by depth, shared by all frames of one scanner. */
  constructor(rings: KeyRing[]) {
    this.#rings = rings;
  }

  /** An object or array begins; `depth` counts it. */
  opened(depth: number, kind: number): void {
    if (depth === 1) this.isBatch = kind === ARRAY;
    if (kind === OBJECT) this.#ring(depth).reset(this.#watchAt(depth));
  }

  /** Whether the text of the next key at `depth` is wanted. */
  wantsKey(depth: number): boolean {
    return this.#rings[depth]!.watched;
  }

  /** Takes a wanted key; answers what is wrong with it. */
  key(depth: number, key: string, escaped: boolean): KeyProblem | undefined {
    const ring = this.#rings[depth]!;
    const problem = ring.add(key);
    if (depth === 1) {
      this.#branch =
        key === 'params' ? Branch.params : key === 'result' || key === 'error' ? Branch.reply : Branch.other;
    } else if (depth === 2) this.#inArguments = key === 'arguments';
    if (depth <= 2) this.#key = key;
    else if (depth === 3 && this.#inArguments) this.members.at(-1)!.inner.at(-1)!.keys.push(key);
    return problem ?? (this.#misspelt(depth, key, ring.lastFolded, escaped) ? 'confusable' : undefined);
  }

  /** Whether the text of a scalar that begins now at `depth` is wanted: only the envelope's id is. */
  wantsScalar(depth: number): boolean {
    return depth === 1 && !this.isBatch && this.#key === 'id';
  }

  valueStarts(depth: number, kind: number, at: number): void {
    if (depth === 1 && this.isBatch) this.elements.push({ start: at, end: at });
    else if (depth === 1)
      this.members.push({
        key: this.#key,
        kind,
        start: at,
        end: at,
        inner: kind === OBJECT ? [] : NONE,
        keys: NONE,
      });
    else if (this.#keepsInner(depth)) {
      const keys = this.#inArguments && kind === OBJECT ? [] : NONE;
      this.members.at(-1)!.inner.push({ key: this.#key, kind, start: at, end: at, inner: NONE, keys });
    }
  }

  valueEnds(depth: number, at: number): void {
    if (depth === 1 && this.isBatch) this.elements.at(-1)!.end = at;
    else if (depth === 1) this.members.at(-1)!.end = at;
    else if (this.#keepsInner(depth)) this.members.at(-1)!.inner.at(-1)!.end = at;
  }

  #keepsInner(depth: number): boolean {
    return depth === 2 && this.#branch !== Branch.other && this.members.at(-1)!.kind === OBJECT;
  }

  /** Duplicate keys are refused wherever a second reader could pick the other one (docs/adr/0003). */
  #watchAt(depth: number): Watch {
    if (this.isBatch) return Watch.none;
    if (depth === 1) return Watch.folded;
    if (this.#branch === Branch.params) {
      return depth === 2 || (depth === 3 && this.#inArguments) ? Watch.folded : Watch.exact;
    }
    return this.#branch === Branch.reply && depth === 2 ? Watch.exact : Watch.none;
  }

  /** A key the gateway judges must be spelt plainly: not escaped, not in another case. */
  #misspelt(depth: number, key: string, folded: string, escaped: boolean): boolean {
    if (depth === 1) return ENVELOPE_KEYS.has(key) ? escaped : ENVELOPE_KEYS.has(folded);
    if (depth !== 2 || this.#branch !== Branch.params) return false;
    return JUDGED_PARAMS.has(key) ? escaped : JUDGED_FOLDED.has(folded);
  }

  #ring(depth: number): KeyRing {
    while (this.#rings.length <= depth) this.#rings.push(new KeyRing());
    return this.#rings[depth]!;
  }
}
