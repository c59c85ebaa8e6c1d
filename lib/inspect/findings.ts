import type { Hit } from './assessment.ts';
import { MOST_DECODES } from './views/encoded.ts';

/** A text made readable again, which a score should see as well. */
export interface View {
  /** Index of the piece it was made of; -1 for several. */
  readonly piece: number;
  /** How it was read, as `Hit.view` says. */
  readonly view: string;
  readonly text: string;
}

/** What patterns and decoders find in the texts of a message. */
export interface Scan {
  readonly hits: readonly Hit[];
  /** For each of the hits, whether it stands in quotes or in a block of code: then it is perhaps only mentioned. */
  readonly quoted: readonly boolean[];
  /** What no harmless text has. */
  readonly structural: readonly Hit[];
  readonly views: readonly View[];
  /** Words such as `jailbreak`: of those who write about attacks. */
  readonly topicWords: number;
  /** Why not everything was looked at; undefined when it was. */
  readonly unseen: string | undefined;
}

const MOST_HITS = 256;
/** Characters of texts made readable that the model is shown: as many as of a message that is read at once, twice. */
const MOST_VIEWED = 512 << 10;

/** Gathers what is found in one message. */
export class Findings {
  readonly #hits: Hit[] = [];
  /** The same by rule, made with the first. */
  #ofRules: Map<string, Hit[]> | undefined;
  readonly #quoted: boolean[] = [];
  readonly #structural: Hit[] = [];
  readonly #views: View[] = [];
  #viewed = 0;
  #unseen: string[] | undefined;
  topicWords = 0;
  readonly decodes = { left: MOST_DECODES, exceeded: false };

  constructor(unseen: string | undefined) {
    if (unseen !== undefined) this.unseen(unseen);
  }

  /** Whether nothing was found so far, nor decoded, nor left out. */
  get isEmpty(): boolean {
    return (
      this.#hits.length + this.#structural.length + this.#views.length === 0 &&
      this.#unseen === undefined &&
      this.decodes.left === MOST_DECODES &&
      !this.decodes.exceeded
    );
  }

  /** What one rule finds twice in one place, by windows that overlap or in another view, is one finding. */
  hit(hit: Hit, quoted: () => boolean): void {
    this.#ofRules ??= new Map();
    const known = this.#ofRules.get(hit.rule);
    if (known !== undefined && overlapsAny(known, hit)) return;
    if (this.#hits.length === MOST_HITS) {
      this.unseen(`more than ${MOST_HITS} findings`);
      return;
    }
    this.#hits.push(hit);
    if (known === undefined) this.#ofRules.set(hit.rule, [hit]);
    else known.push(hit);
    this.#quoted.push(quoted());
  }

  structural(hit: Hit): void {
    if (!this.#structural.some((known) => known.rule === hit.rule && known.piece === hit.piece))
      this.#structural.push(hit);
  }

  view(view: View): void {
    this.#viewed += view.text.length;
    if (this.#viewed > MOST_VIEWED) this.unseen('more was hidden than could be read');
    else this.#views.push(view);
  }

  unseen(why: string): void {
    this.#unseen ??= [];
    if (!this.#unseen.includes(why)) this.#unseen.push(why);
  }

  scan(): Scan {
    if (this.decodes.exceeded) this.unseen(`more than ${MOST_DECODES} encoded texts`);
    return {
      hits: this.#hits,
      quoted: this.#quoted,
      structural: this.#structural,
      views: this.#views,
      topicWords: this.topicWords,
      unseen: this.#unseen?.join('; '),
    };
  }
}

/** From the last one on, since what is found twice is found at about the same time. */
function overlapsAny(known: readonly Hit[], hit: Hit): boolean {
  for (let at = known.length - 1; at >= 0; at--) if (overlap(known[at]!, hit)) return true;
  return false;
}

function overlap(one: Hit, other: Hit): boolean {
  return one.piece === other.piece && one.start < other.end && other.start < one.end;
}
