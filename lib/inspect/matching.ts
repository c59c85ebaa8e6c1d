import type { Channel } from '../model/inspection.ts';
import { LiteralHits, pass, passesSpace, SIGN } from './gate.ts';
import type { Gate, Rule, RuleSet } from './rule-set.ts';
import { asPatternsRead, mayBeDisguised, undisguised } from './symbols.ts';
import type { Units } from './units.ts';
import { Windows } from './windows.ts';

/** What one pass over a text tells. */
export interface Matched {
  /** Bits of `SIGN`. */
  readonly signs: number;
  readonly topicWords: number;
}

/** `undisguised` when letters had to be read for digits. */
export type OnMatch = (rule: Rule, start: number, end: number, undisguised: boolean) => void;

/** How far a pattern may reach around the literal that called it, in characters. */
const BEFORE = 120;
const AFTER = 220;
/** Of one rule in one window; more say nothing new. */
const MOST_MATCHES = 128;
const NEVER = -0x40000000;

/** Puts rules to texts; holds buffers that every text uses again, so one serves all texts of a process one after another. */
export class Matcher {
  readonly #set: RuleSet;
  readonly #hits = new LiteralHits();
  /** Windows that wait to be looked at as they are, and those in which digits may stand for letters. */
  readonly #plain: Windows;
  readonly #disguised: Windows;
  /** Where the last literal of each set of each rule ended in this text; far before it when there was none. */
  readonly #last: Int32Array;
  readonly #touched: number[] = [];
  /** What is being read, and who hears of it. */
  #text = '';
  #onMatch: OnMatch = () => {};
  #isAscii = true;
  /** A rule was put to the text. */
  #searched = false;
  #read: string | undefined;

  constructor(set: RuleSet) {
    this.#set = set;
    this.#plain = new Windows(set.rules.length, (rule, from, to) => this.#look(rule, from, to, false));
    this.#disguised = new Windows(set.rules.length, (rule, from, to) => this.#look(rule, from, to, true));
    this.#last = new Int32Array(set.rules.length * 2).fill(NEVER);
  }

  /** A match is told once for each window it lies in, which may be twice. */
  match(text: string, units: Units, channel: Channel, onMatch: OnMatch): Matched {
    this.#hits.count = 0;
    this.#text = text;
    this.#onMatch = onMatch;
    const signs = pass(units, this.#set.ascii, this.#hits);
    this.#read = undefined;
    this.#isAscii = (signs & SIGN.nonAscii) === 0;
    let topicWords = this.#hits.count === 0 ? 0 : this.#called(units, this.#set.ascii, channel);
    if (signs & SIGN.wide) {
      this.#hits.count = 0;
      const wide = this.#set.wide();
      pass(units, wide, this.#hits);
      if (this.#hits.count > 0) topicWords += this.#called(units, wide, channel);
    }
    return { signs, topicWords };
  }

  /**
   * Two texts as one, of which the second begins at `border`. False when no rule was called, and none would be if a space
   * stood between them: literals are the same then, and no nearer to each other.
   */
  matchJoined(text: string, units: Units, border: number, channel: Channel, onMatch: OnMatch): boolean {
    const { ascii } = this.#set;
    const hits = this.#hits;
    hits.count = 0;
    this.#text = text;
    this.#onMatch = onMatch;
    let signs = pass(units, ascii, hits, 0, border);
    const { state } = hits;
    signs |= pass(units, ascii, hits, border, units.length, state);
    const isSame = passesSpace(units, ascii, border, state);
    if (signs & SIGN.wide) {
      this.match(text, units, channel, onMatch);
      return true;
    }
    this.#read = undefined;
    this.#isAscii = (signs & SIGN.nonAscii) === 0;
    this.#searched = false;
    if (hits.count > 0) this.#called(units, ascii, channel);
    return this.#searched || !isSame;
  }

  /** Puts the rules that were called to the windows around what called them; the number of words of the topic. */
  #called(units: Units, gate: Gate, channel: Channel): number {
    let topicWords = 0;
    const { states, ends, count } = this.#hits;
    for (let at = 0; at < count; at++) {
      const end = ends[at]!;
      for (const literal of gate.automaton.endingAt(states[at]!)) {
        const calls = gate.calls[literal]!;
        if (calls.length === 0) topicWords++;
        for (const call of calls) this.#call(units, call, end - gate.lengths[literal]!, end, channel);
      }
    }
    this.#disguised.giveAll();
    this.#plain.giveAll();
    for (const call of this.#touched) this.#last[call] = NEVER;
    this.#touched.length = 0;
    return topicWords;
  }

  #call(units: Units, call: number, start: number, end: number, channel: Channel): void {
    const rule = call >> 1;
    const { channels, sets } = this.#set.rules[rule]!;
    if (!channels.includes(channel)) return;
    let first = start;
    if (sets === 2) {
      if (this.#last[call] === NEVER) this.#touched.push(call);
      this.#last[call] = end;
      const other = this.#last[call ^ 1]!;
      if (end - other > AFTER) return;
      first = Math.min(start, other);
    }
    this.#searched = true;
    const from = Math.max(0, first - BEFORE);
    const to = Math.min(units.length, end + AFTER);
    if (mayBeDisguised(units, first, end)) this.#disguised.add(rule, from, to);
    this.#plain.add(rule, from, to);
  }

  #look(rule: number, from: number, to: number, isDisguised: boolean): void {
    const window = this.#asRead().slice(from, to);
    this.#search(isDisguised ? undisguised(window, this.#isAscii) : window, rule, from, isDisguised);
  }

  /** The text as patterns read it, made once for all of them and only when one is called. */
  #asRead(): string {
    this.#read ??= asPatternsRead(this.#text, this.#isAscii);
    return this.#read;
  }

  #search(window: string, index: number, from: number, undisguised: boolean): void {
    const rule = this.#set.rules[index]!;
    rule.regex.lastIndex = 0;
    for (let matches = 0; matches < MOST_MATCHES; matches++) {
      const match = rule.regex.exec(window);
      if (match === null || match[0] === '') return;
      // There the window begins and not a line or a word, whatever `^` and `\b` say.
      if (match.index === 0 && from > 0) continue;
      this.#onMatch(rule, from + match.index, from + match.index + match[0].length, undisguised);
    }
  }
}
