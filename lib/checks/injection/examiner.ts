import type { Assessment, Hit, Piece } from '../../inspect/assessment.ts';
import type { Pieces } from '../../inspect/pieces.ts';
import { endOf } from '../../inspect/tails.ts';
import { shownOf, type Whole } from '../../inspect/whole.ts';
import type { Detector } from '../../model/detector.ts';
import type { Heard } from '../../model/heard.ts';
import type { Channel, InjectionConfig } from '../../model/inspection.ts';
import { isPromise, type Later, then } from '../../model/later.ts';
import type { Payload } from '../../wire/payload.ts';
import type { CustomPatterns } from './custom-patterns.ts';
import { type Examined, spanHash } from './examined.ts';
import type { Inspector } from './inspector.ts';
import { Lane } from './lane.ts';
import { secondOpinions } from './second-opinions.ts';

/** Bytes from which a message is judged in slices, and from which it is read elsewhere. */
const MUCH = 16 * 1024;
const VERY_MUCH = 256 * 1024;

const NOTHING: readonly string[] = [];

const TOO_MUCH: Examined = {
  score: 0,
  structural: [],
  hits: [],
  unseen: 'too long to be read at once',
  pieces: [],
  end: () => '',
  failed: undefined,
  remarks: [],
};

/** Which of its texts are to be read, and what was said before it. */
export interface Reading {
  readonly looksAt?: ((piece: Piece) => boolean) | undefined;
  readonly before?: string;
}

interface Text {
  readonly pieces: Pieces;
  readonly channel: Channel;
  readonly before: string;
  /** Bytes of the message. */
  readonly size: number;
}

export interface ExaminerParts {
  readonly inspector: Inspector;
  readonly patterns: CustomPatterns;
  readonly detectors: readonly Detector[];
  readonly config: InjectionConfig;
  /** Who hears every score [nobody]. */
  readonly heard?: Heard | undefined;
}

/** Puts together what our own judge, the operator's patterns and other detectors say of a message. */
export class Examiner {
  readonly #heard: Heard | undefined;
  readonly #inspector: Inspector;
  readonly #patterns: CustomPatterns;
  readonly #detectors: readonly Detector[];
  readonly #allowed: ReadonlySet<string>;
  /** Nobody else is asked and nothing is excepted, so what our own judge says of a short message is all there is. */
  readonly #judgesAlone: boolean;
  /** Long messages are read one at a time, and the longest hold up only each other. */
  readonly #long = new Lane();
  readonly #longest = new Lane();

  constructor({ inspector, patterns, detectors, config, heard }: ExaminerParts) {
    this.#heard = heard;
    this.#inspector = inspector;
    this.#patterns = patterns;
    this.#detectors = detectors;
    this.#allowed = new Set(config.allow.map(({ sha256 }) => sha256));
    this.#judgesAlone = patterns.isEmpty && detectors.length === 0 && this.#allowed.size === 0;
  }

  /** At once when there is little to read and nobody else to ask. */
  examine(message: Payload, channel: Channel, reading: Reading = {}): Later<Examined> {
    const examined = this.#read(message, channel, reading);
    if (this.#heard?.scored === undefined) return examined;
    return then(examined, (found) => {
      this.#heard?.scored?.(found.score);
      return found;
    });
  }

  #read(message: Payload, channel: Channel, reading: Reading): Later<Examined> {
    const { size } = message;
    if (size <= MUCH) return this.#examine(message, channel, reading);
    if (size <= VERY_MUCH) return this.#long.run(async () => this.#examine(message, channel, reading));
    return this.#longest.run(async () => {
      const whole = await this.#readElsewhere(message, channel, reading);
      return whole === undefined
        ? this.#examine(message, channel, reading)
        : this.#withOpinions(asOfWhole(whole), channel, () => whole.shown);
    });
  }

  /**
   * Undefined when it must be read here: nobody else could, some of its texts do not count, or there are patterns or
   * findings that need all of them.
   */
  async #readElsewhere(
    message: Payload,
    channel: Channel,
    { looksAt, before = '' }: Reading,
  ): Promise<Whole | undefined> {
    if (looksAt !== undefined || !this.#patterns.isEmpty) return undefined;
    const whole = await this.#inspector.readElsewhere?.(message, channel, before).catch(() => undefined);
    return whole === undefined || this.#allowedIn(whole.assessment, whole.pieces).length > 0 ? undefined : whole;
  }

  #examine(message: Payload, channel: Channel, { looksAt, before = '' }: Reading): Later<Examined> {
    const found = this.#inspector.pieces(message);
    if (this.#judgesAlone && looksAt === undefined && message.size <= MUCH) {
      return asExamined(this.#inspector.assess(found, channel, before), found);
    }
    const pieces = looksAt === undefined ? found : { ...found, list: found.list.filter(looksAt) };
    const text = { pieces, channel, before, size: message.size };
    const own = then(this.#assess(text), (assessment) => this.#withoutAllowed(assessment, text));
    return then(own, (whole) => this.#withOpinions(asExamined(whole, pieces), channel, () => shownOf(pieces.list)));
  }

  #withOpinions(own: Examined, channel: Channel, shown: () => string): Later<Examined> {
    const detectors = this.#detectors.filter(({ channels }) => channels.includes(channel));
    const text = detectors.length === 0 ? '' : shown();
    if (text === '') return own;
    return secondOpinions(detectors, text, channel).then(({ score, failed, remarks }) => {
      return { ...own, end: () => own.end(), score: Math.max(own.score, score), failed, remarks };
    });
  }

  /** At once and by our own judge alone, for what cannot wait; what would take longer counts as not looked at. */
  examineNow(message: Payload, channel: Channel, before = ''): Examined {
    if (message.size > MUCH) return TOO_MUCH;
    const text = { pieces: this.#inspector.pieces(message), channel, before, size: 0 };
    const own = then(this.#assess(text), (assessment) => this.#withoutAllowed(assessment, text));
    return isPromise(own) ? TOO_MUCH : asExamined(own, text.pieces);
  }

  #assess({ pieces, channel, before, size }: Text): Later<Assessment> {
    const inspector = this.#inspector;
    const found =
      size > MUCH ? inspector.assessInSlices(pieces, channel, before) : inspector.assess(pieces, channel, before);
    const matched = this.#patterns.find(pieces.list);
    return then(found, (assessment) => then(matched, (hits) => withMatches(assessment, hits)));
  }

  /** What somebody has found harmless is taken out, and what is left is judged again: scores do not add up by hits. */
  #withoutAllowed(found: Assessment, text: Text): Later<Assessment> {
    const { list } = text.pieces;
    const hits = this.#allowedIn(found, list);
    if (hits.length === 0) return found;
    return this.#assess({ ...text, pieces: { ...text.pieces, list: blanked(list, hits) } });
  }

  #allowedIn({ structural, hits }: Assessment, list: readonly Piece[]): Hit[] {
    if (this.#allowed.size === 0) return [];
    return [...structural, ...hits].filter((hit) => this.#allowed.has(spanHash(hit, list) ?? ''));
  }
}

function withMatches(found: Assessment, hits: readonly Hit[]): Assessment {
  return hits.length === 0 ? found : { ...found, score: 1, hits: [...hits, ...found.hits] };
}

/** Made for every message, so it is a class: copies of objects by their members cost more than reading a short text. */
class Judged implements Examined {
  readonly score: number;
  readonly structural: readonly Hit[];
  readonly hits: readonly Hit[];
  readonly unseen: string | undefined;
  readonly pieces: readonly Piece[];
  readonly failed = undefined;
  readonly remarks: readonly string[] = NOTHING;

  constructor({ score, structural, hits, unseen }: Assessment, pieces: readonly Piece[]) {
    this.score = score;
    this.structural = structural;
    this.hits = hits;
    this.unseen = unseen;
    this.pieces = pieces;
  }

  end(): string {
    return endOf(this.pieces);
  }
}

function asExamined(found: Assessment, { list }: Pieces): Examined {
  return new Judged(found, list);
}

function asOfWhole({ assessment, pieces, end }: Whole): Examined {
  return { ...assessment, pieces, end: () => end, failed: undefined, remarks: [] };
}

/** The texts with spaces where the hits are, so that all other places stay where they were. */
function blanked(pieces: readonly Piece[], hits: readonly Hit[]): Piece[] {
  return pieces.map((piece, index) => {
    const own = hits.filter((hit) => hit.piece === index);
    const text = own.reduce(
      (rest, { start, end }) => rest.slice(0, start) + ' '.repeat(end - start) + rest.slice(end),
      piece.text,
    );
    return own.length === 0 ? piece : { at: piece.at, text, isKey: piece.isKey };
  });
}
