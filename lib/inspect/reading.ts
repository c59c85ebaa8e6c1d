import type { Channel } from '../model/inspection.ts';
import { isQuoted, severityAt } from './context.ts';
import type { Findings } from './findings.ts';
import { SIGN } from './gate.ts';
import { type Joined, locate } from './joined.ts';
import { Matcher } from './matching.ts';
import type { Rule, RuleSet } from './rule-set.ts';
import { Squash } from './squash.ts';
import { flagsOf } from './structural.ts';
import { type Units, UnitsPool } from './units.ts';
import { apartIn } from './views/apart.ts';
import { type Carriers, carriersIn, decodeSelectors, decodeTags, type Run } from './views/carriers.ts';
import { closedUp } from './views/closed-up.ts';
import { type Decoded, decodedIn } from './views/encoded.ts';
import { type Folded, fold } from './views/fold.ts';
import { overridden } from './views/overridden.ts';
import { withoutEscapes } from './views/terminal.ts';

/** Where texts are read for, and where findings go. */
export interface Reading {
  readonly joined: Joined;
  readonly channel: Channel;
  readonly findings: Findings;
}

/** A text, as it came or made readable again. */
interface Version {
  readonly text: string;
  readonly view: string;
  /** How often it was decoded. */
  readonly depth: number;
  /** Where a part of it stands in the joined text. */
  readonly origin: (start: number, end: number) => Run;
}

const MOST_DEPTH = 2;
const FEWEST_BYTES = 4;
const MOST_CARRIED = 4;
const ODD = SIGN.nonAscii | SIGN.escape | SIGN.control;

/** Reads a text as it is and in every way it may be meant to be read. */
export class TextReader {
  readonly #matcher: Matcher;
  readonly #squash: Squash;
  readonly #set: RuleSet;
  readonly #pool = new UnitsPool();
  #carriers: { readonly text: string; readonly found: Carriers } | undefined;

  constructor(set: RuleSet) {
    this.#set = set;
    this.#matcher = new Matcher(set);
    this.#squash = new Squash(set.squashed);
  }

  /** Reads the characters `[from, to)` of the joined text. */
  read(reading: Reading, from: number, to: number): void {
    this.#pool.giveBackAll();
    const text = reading.joined.text.slice(from, to);
    const units = this.#pool.take(text);
    const plain = { text, view: 'plain', depth: 0, origin: (start: number, end: number) => moved(start, end, from) };
    const { signs, topicWords } = this.#match(plain, units, reading);
    reading.findings.topicWords += topicWords;
    const folded = signs & ODD ? fold(text, units) : undefined;
    for (const { rule, start, end } of folded === undefined
      ? []
      : flagsOf(text, folded, () => this.#carriersIn(text))) {
      const at = locate(reading.joined, from + start, from + end);
      reading.findings.structural({ rule, category: 'hidden', severity: 'critical', view: 'plain', ...at });
    }
    this.#more(plain, units, signs, folded, reading);
    this.#pool.giveBack();
    this.#carriers = undefined;
  }

  /** Only what rules find in the characters `[from, to)`, for texts too large to be read in every way. */
  skim(reading: Reading, from: number, to: number): void {
    const text = reading.joined.text.slice(from, to);
    this.#matchAlone({ text, view: 'plain', depth: 0, origin: (start, end) => moved(start, end, from) }, reading);
  }

  /**
   * What rules find in `text` that begins before `border` and ends after it. False when they find nothing, also not if a space
   * stood at the border.
   */
  across(text: string, channel: Channel, border: number, onMatch: (rule: Rule, end: number) => void): boolean {
    const mayFind = this.#matcher.matchJoined(text, this.#pool.take(text), border, channel, (rule, start, end) => {
      if (start < border && end > border) onMatch(rule, end);
    });
    this.#pool.giveBack();
    return mayFind;
  }

  /** What rules find in a text that stands for itself. */
  matches(text: string, channel: Channel, onMatch: (rule: Rule) => void): void {
    this.#matcher.match(text, this.#pool.take(text), channel, onMatch);
    this.#pool.giveBack();
  }

  #version(version: Version, reading: Reading): void {
    const units = this.#pool.take(version.text);
    const { signs } = this.#match(version, units, reading);
    this.#more(version, units, signs, signs & ODD ? fold(version.text, units) : undefined, reading);
    this.#pool.giveBack();
  }

  /** All other ways to read a version; what is folded is read on from there. */
  #more(version: Version, units: Units, signs: number, folded: Folded | undefined, reading: Reading): void {
    if (folded === undefined) {
      this.#inside(version, units, signs, reading);
      return;
    }
    if (folded.dropped > 0) this.#carried(version, reading);
    if (signs & SIGN.escape) this.#matchAlone({ ...version, text: withoutEscapes(version.text) }, reading);
    const { text, at, disguised } = folded;
    const letters = {
      ...version,
      text,
      view: version.depth > 0 ? version.view : 'folded',
      origin: through(version, at),
    };
    if (disguised) this.#show(letters, reading);
    const unitsOfLetters = this.#pool.take(text);
    this.#match(letters, unitsOfLetters, reading);
    this.#inside(letters, unitsOfLetters, signs, reading);
    this.#pool.giveBack();
  }

  /** Texts borne by characters nobody sees, and those that are shown from right to left. */
  #carried(version: Version, reading: Reading): void {
    const { text } = version;
    const { tags, selectors } = this.#carriersIn(text);
    if (tags.length > 0)
      this.#decoded(
        version,
        { view: 'tags', start: tags[0]!.start, end: tags.at(-1)!.end, text: decodeTags(text, tags) },
        reading,
      );
    for (const { start, end } of selectors.slice(0, MOST_CARRIED)) {
      this.#decoded(
        version,
        { view: 'variation-selectors', start, end, text: decodeSelectors(text, start, end) },
        reading,
      );
    }
    for (const turned of overridden(text)) this.#decoded(version, turned, reading);
  }

  #inside(version: Version, units: Units, signs: number, reading: Reading): void {
    const { text } = version;
    for (const { start, end } of apartIn(text, units)) {
      for (const { rule, ...at } of this.#squash.search(units, start, end)) {
        this.#hit(this.#set.rules[rule]!, { ...version, view: 'squashed' }, at, reading);
      }
    }
    const close = closedUp(text, units);
    if (close !== undefined)
      this.#matchAlone({ ...version, text: close.text, origin: through(version, close.at) }, reading);
    for (const decoded of decodedIn(text, units, signs, reading.findings.decodes, version.depth < MOST_DEPTH)) {
      this.#decoded(version, decoded, reading);
    }
  }

  #decoded(version: Version, { view, start, end, text }: Decoded, reading: Reading): void {
    if (version.depth >= MOST_DEPTH || text.length < FEWEST_BYTES) return;
    const at = version.origin(start, end);
    const inner: Version = { text, view, depth: version.depth + 1, origin: () => at };
    this.#show(inner, reading);
    this.#version(inner, reading);
  }

  /** Asked for twice of one text: for what stands out, and for what it bears. */
  #carriersIn(text: string): Carriers {
    if (this.#carriers?.text !== text) this.#carriers = { text, found: carriersIn(text) };
    return this.#carriers.found;
  }

  #show({ text, view, origin }: Version, { joined, findings }: Reading): void {
    const { start, end } = origin(0, text.length);
    findings.view({ piece: locate(joined, start, end).piece, view, text });
  }

  #matchAlone(version: Version, reading: Reading): void {
    this.#match(version, this.#pool.take(version.text), reading);
    this.#pool.giveBack();
  }

  #match(version: Version, units: Units, reading: Reading) {
    return this.#matcher.match(version.text, units, reading.channel, (rule, start, end, undisguised) => {
      this.#hit(rule, undisguised ? { ...version, view: 'squashed' } : version, { start, end }, reading);
    });
  }

  #hit({ id, category, severity, channels }: Rule, version: Version, { start, end }: Run, reading: Reading): void {
    if (!channels.includes(reading.channel)) return;
    const { joined, findings } = reading;
    const at = version.origin(start, end);
    const isWritten = version.depth === 0;
    findings.hit(
      {
        rule: id,
        category,
        severity: isWritten ? severityAt(severity, joined.text, at.start) : severity,
        view: version.view,
        ...locate(joined, at.start, at.end),
      },
      () => isWritten && isQuoted(joined.text, at.start, at.end),
    );
  }
}

function moved(start: number, end: number, by: number): Run {
  return { start: start + by, end: end + by };
}

/** Back through a list of where each character came from. */
function through({ origin }: Version, at: Int32Array): Version['origin'] {
  return (start, end) => origin(at[start] ?? 0, Math.max(at[start] ?? 0, at[end - 1] ?? 0) + 1);
}
