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
  /** First member of the value, when it is `params`, `result` or `error` and an object. */
  inner: Member | undefined;
  /** Keys of the value, when it is the `arguments` of `params`. */
  keys: string[] | undefined;
  /** The member after this one; a chain costs less to build for every frame than an array. */
  next: Member | undefined;
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
/** Made of characters no encoder escapes: a key of these alone that has an escape is meant to be overlooked. */
const NEVER_ESCAPED = /^[A-Za-z0-9_.$ -]+$/;
const JUDGED_FOLDED = new Set([...JUDGED_PARAMS].map((key) => key.toLowerCase()));

/** Which member of the envelope is being read. */
const Branch = { other: 0, params: 1, reply: 2 } as const;

/**
 * What routing needs to know of a frame: the spans of the envelope's members and of the members one level
 * below, and whether any key could be read in two ways. Filled by the scanner; holds no bytes but the id.
 */
export class Outline {
  /** First member of the envelope. */
  first: Member | undefined;
  /** Spans of the elements when the frame is an array (a batch). */
  elements: { readonly start: number; end: number }[] | undefined;
  /** Raw text of the envelope's `id`, kept apart because an oversized frame keeps nothing else. */
  idText: string | undefined;

  readonly #rings: KeyRing[];
  #key = '';
  #branch: number = Branch.other;
  #inArguments = false;
  #inRef = false;
  #last: Member | undefined;
  #lastInner: Member | undefined;

  /** `rings` is scratch space by depth, shared by all frames of one scanner. */
  constructor(rings: KeyRing[]) {
    this.#rings = rings;
  }

  get isBatch(): boolean {
    return this.elements !== undefined;
  }

  /** An object or array begins; `depth` counts it. */
  opened(depth: number, kind: number): void {
    if (depth === 1 && kind === ARRAY) this.elements = [];
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
    if (depth > 2) {
      if (depth > 3 || !this.#inArguments) return problem;
      this.#argumentKey(key);
      return problem ?? (escaped && NEVER_ESCAPED.test(key) ? 'confusable' : undefined);
    }
    this.#key = key;
    if (depth === 1) this.#branch = branchOf(key);
    else {
      this.#inArguments = key === 'arguments';
      this.#inRef = key === 'ref';
    }
    return problem ?? (this.#misspelt(depth, key, ring.lastFolded, escaped) ? 'confusable' : undefined);
  }

  /** Whether the text of a scalar that begins now at `depth` is wanted: only the envelope's id is. */
  wantsScalar(depth: number): boolean {
    return depth === 1 && this.elements === undefined && this.#key === 'id';
  }

  valueStarts(depth: number, kind: number, at: number): void {
    if (depth === 1 && this.elements !== undefined) {
      this.elements.push({ start: at, end: at });
      return;
    }
    if (depth === 2 && !this.#keepsInner()) return;
    const member: Member = {
      key: this.#key,
      kind,
      start: at,
      end: at,
      inner: undefined,
      keys: undefined,
      next: undefined,
    };
    if (depth === 2) {
      if (this.#lastInner === undefined) this.#last!.inner = member;
      else this.#lastInner.next = member;
      this.#lastInner = member;
    } else {
      if (this.#last === undefined) this.first = member;
      else this.#last.next = member;
      this.#last = member;
      this.#lastInner = undefined;
    }
  }

  valueEnds(depth: number, at: number): void {
    if (depth === 1 && this.elements !== undefined) this.elements[this.elements.length - 1]!.end = at;
    else if (depth === 1) this.#last!.end = at;
    else if (this.#keepsInner()) this.#lastInner!.end = at;
  }

  #keepsInner(): boolean {
    return this.#branch !== Branch.other && this.#last!.kind === OBJECT;
  }

  #argumentKey(key: string): void {
    const args = this.#lastInner!;
    if (args.keys === undefined) args.keys = [key];
    else args.keys.push(key);
  }

  /** Duplicate keys are refused wherever a second reader could pick the other one (docs/adr/0003). */
  #watchAt(depth: number): Watch {
    if (this.elements !== undefined) return Watch.none;
    if (depth === 1) return Watch.folded;
    if (this.#branch === Branch.params) {
      return depth === 2 || (depth === 3 && (this.#inArguments || this.#inRef)) ? Watch.folded : Watch.exact;
    }
    return this.#branch === Branch.reply && depth === 2 ? Watch.exact : Watch.none;
  }

  /** A key the gateway judges must be spelt plainly: not escaped, not in another case. */
  #misspelt(depth: number, key: string, folded: string, escaped: boolean): boolean {
    if (!escaped && folded === key) return false;
    if (depth === 1) return ENVELOPE_KEYS.has(key) ? escaped : ENVELOPE_KEYS.has(folded);
    if (this.#branch !== Branch.params) return false;
    return JUDGED_PARAMS.has(key) ? escaped : JUDGED_FOLDED.has(folded);
  }

  #ring(depth: number): KeyRing {
    while (this.#rings.length <= depth) this.#rings.push(new KeyRing());
    return this.#rings[depth]!;
  }
}

function branchOf(key: string): number {
  if (key === 'params') return Branch.params;
  return key === 'result' || key === 'error' ? Branch.reply : Branch.other;
}
