import { setImmediate } from 'node:timers/promises';
import type { Hit, Piece } from '../../inspect/assessment.ts';
import type { Later } from '../../model/later.ts';
import type { Pattern } from '../../model/lists.ts';
import { normalise } from '../../parse/normalise.ts';
import { compilePlaces, type Places } from '../../parse/pattern.ts';
import { inPlace } from '../../policy/rule-fault.ts';

/** Characters that are looked through before others get their turn; the engine takes about a millisecond for them. */
const SLICE = 8 * 1024;
/** What two slices of one text have in common, so that a match on the border is found; longer matches may be cut. */
const OVERLAP = 1024;
const MOST_HITS = 100;

interface Own {
  readonly rule: string;
  readonly places: Places;
}

interface Slice {
  readonly piece: number;
  readonly text: string;
  readonly offset: number;
  readonly view: 'plain' | 'folded';
  /** Length of the piece, of which a match in another view is not a part. */
  readonly whole: number;
}

/** The operator's own patterns. A match of any scores as high as can be. */
export class CustomPatterns {
  readonly #patterns: readonly Own[];

  private constructor(patterns: readonly Own[]) {
    this.#patterns = patterns;
  }

  get isEmpty(): boolean {
    return this.#patterns.length === 0;
  }

  /** Throws or rejects with a fault that names the place of a pattern that cannot be used. */
  static of(patterns: readonly Pattern[]): Later<CustomPatterns> {
    if (patterns.length === 0) return new CustomPatterns([]);
    const compiling = patterns.map(async (pattern): Promise<Own> => {
      const [places] = await inPlace(pattern, 'SP1011', () => compilePlaces([pattern.glob]));
      return { rule: pattern.rule, places: places! };
    });
    return Promise.all(compiling).then((compiled) => new CustomPatterns(compiled));
  }

  /** What they find in texts as they stand, and as a reader sees them; at once when it is little. */
  find(pieces: readonly Piece[]): Later<readonly Hit[]> {
    if (this.#patterns.length === 0) return [];
    const slices = slicesOf(pieces);
    const much = slices.reduce((sum, { text }) => sum + text.length, 0) * this.#patterns.length > SLICE;
    const found: Hit[] = [];
    if (much) return this.#inSlices(slices, found);
    for (const slice of slices) for (const own of this.#patterns) lookThrough(own, slice, found);
    return found;
  }

  async #inSlices(slices: readonly Slice[], found: Hit[]): Promise<readonly Hit[]> {
    for (const slice of slices) {
      for (const own of this.#patterns) {
        lookThrough(own, slice, found);
        await setImmediate();
      }
    }
    return found;
  }
}

function slicesOf(pieces: readonly Piece[]): Slice[] {
  return pieces.flatMap(({ text }, piece) => {
    const seen = normalise(text);
    const views = seen === text ? [slicesIn(text, piece, 'plain', text.length)] : [];
    return views.length > 0
      ? views.flat()
      : [...slicesIn(text, piece, 'plain', text.length), ...slicesIn(seen, piece, 'folded', text.length)];
  });
}

function slicesIn(text: string, piece: number, view: Slice['view'], whole: number): Slice[] {
  const slices: Slice[] = [];
  for (let offset = 0; offset === 0 || offset + OVERLAP < text.length; offset += SLICE - OVERLAP) {
    slices.push({ piece, text: text.slice(offset, offset + SLICE), offset, view, whole });
  }
  return slices;
}

function lookThrough({ rule, places }: Own, { piece, text, offset, view, whole }: Slice, found: Hit[]): void {
  if (found.length >= MOST_HITS) return;
  // As a reader sees it is only of interest where it is not written so.
  if (view === 'folded' && found.some((hit) => hit.rule === rule && hit.piece === piece)) return;
  for (const { start, end } of places(text, MOST_HITS - found.length)) {
    const span = view === 'plain' ? { start: offset + start, end: offset + end } : { start: 0, end: whole };
    found.push({ rule, category: 'custom', severity: 'critical', piece, view, ...span });
    if (view === 'folded') return;
  }
}
