import type { Channel } from '../model/inspection.ts';
import { readBlocks } from './blocks.ts';
import { Findings, type Scan } from './findings.ts';
import { type Joined, joinedOf, locate } from './joined.ts';
import type { Pieces } from './pieces.ts';
import { TextReader } from './reading.ts';
import { ruleSet } from './rule-set.ts';
import { CARRIED, textJoint } from './tails.ts';

export type { Scan, View } from './findings.ts';

/** More is not read at once but at both ends, and skimmed between them, in characters. */
export const MOST_AT_ONCE = 256 << 10;
const END = 64 << 10;
const MOST_SKIMMED = 1 << 20;
const SKIMMED = 64 << 10;
/** What is read without a pause; the worst of texts takes a third of a millisecond for a thousand characters. */
const SLICE = 16 << 10;
/** A name in which an order may stand has more than one word, and is no text. */
const SHORTEST_NAME = 16;
const LONGEST_NAME = 256;
const WORDS_IN_ONE = /[a-z][A-Z]/;
const EACH_WORD_IN_ONE = /([a-z0-9])(?=[A-Z])/g;

let reader: TextReader | undefined;

/** Reads the rules, so that the first message does not wait for them. */
export function warm(): void {
  reader ??= new TextReader(ruleSet());
}

/**
 * Looks at every text of a message. `before` is the end of what the same tool said last (`Tails`): something may begin there
 * and end here. Throws only when the rules cannot be read.
 */
export function scan(pieces: Pieces, channel: Channel, before = ''): Scan {
  const findings = new Findings(pieces.unseen);
  const { values, names } = joinedOf(pieces);
  readAcross(before, values, channel, findings);
  readJoined(values, channel, findings);
  readJoined(names, channel, findings);
  readApart(pieces, channel, findings);
  return findings.scan();
}

/** Looks at texts of a message that are laid end to end. */
export function readJoined(joined: Joined, channel: Channel, findings: Findings): void {
  warm();
  const reading = { joined, channel, findings };
  const { length } = joined.text;
  if (length === 0) return;
  if (length <= MOST_AT_ONCE) reader!.read(reading, 0, length);
  else {
    reader!.read(reading, 0, END);
    reader!.read(reading, length - END, length);
    const most = Math.min(length - END, END + MOST_SKIMMED);
    for (let at = END; at < most; at += SKIMMED) reader!.skim(reading, at - CARRIED, Math.min(most, at + SKIMMED));
    findings.unseen(`the middle of ${length} characters was ${most < length - END ? 'not read' : 'only skimmed'}`);
  }
}

/** The same in steps, between which others may run: nothing is left out, whatever its size. */
export function* scanInSlices(pieces: Pieces, channel: Channel, before = ''): Generator<void, Scan, void> {
  warm();
  const findings = new Findings(pieces.unseen);
  const { values, names } = joinedOf(pieces);
  readAcross(before, values, channel, findings);
  for (const joined of [values, names]) {
    for (let at = 0; at < joined.text.length; at += SLICE) {
      reader!.read({ joined, channel, findings }, Math.max(0, at - CARRIED), Math.min(joined.text.length, at + SLICE));
      yield;
    }
  }
  readApart(pieces, channel, findings);
  return findings.scan();
}

/**
 * What is split over blocks; and names such as `ignoreAllRules`, read as words: those of members, and in definitions those of
 * what is defined.
 */
export function readApart(pieces: Pieces, channel: Channel, findings: Findings): void {
  warm();
  const { list } = pieces;
  if (channel === 'result') readBlocks(pieces, channel, findings, reader!);
  for (const [piece, { text, isKey }] of list.entries()) {
    if (text.length < SHORTEST_NAME || text.length > LONGEST_NAME) continue;
    if (!(isKey || channel === 'description') || !WORDS_IN_ONE.test(text) || text.includes(' ')) continue;
    const words = text.replace(EACH_WORD_IN_ONE, '$1 ');
    reader!.matches(words, channel, ({ id, category, severity }) => {
      const at = { piece, start: 0, end: text.length };
      findings.hit({ rule: id, category, severity, view: 'plain', ...at }, () => false);
    });
  }
}

/** What begins in `before` and ends in the first characters of a message, with a space between them or without. */
export function readAcross(before: string, values: Joined, channel: Channel, findings: Findings): void {
  if (before === '' || values.text === '') return;
  warm();
  for (const { text, border, begins } of textJoint(before, values.text)) {
    const mayFind = reader!.across(text, channel, border, (rule, end) => {
      const at = locate(values, 0, Math.max(1, end - begins));
      findings.hit(
        { rule: rule.id, category: rule.category, severity: rule.severity, view: 'plain', ...at },
        () => false,
      );
    });
    // The first has no space at its border, and the second differs by that alone.
    if (!mayFind) return;
  }
}
