import type { Pattern } from '../../model/lists.ts';
import type { Hazard, ShellCommand, ShellWord } from '../../parse/shell/facts.ts';
import { programName } from '../../parse/shell/invocation.ts';
import { compileGlob, GlobError, type Matches } from '../../policy/glob.ts';
import { inPlace } from '../../policy/rule-fault.ts';

/** One word of a pattern: itself, any word, or a word with stars in it. */
type PatternWord =
  | { readonly kind: 'literal'; readonly text: string }
  | { readonly kind: 'any' }
  | { readonly kind: 'glob'; readonly text: string; readonly matches: Matches };

/** A pattern for one simple command. */
export interface MemberPattern {
  readonly words: readonly PatternWord[];
  /** A last lone `*`: zero or more words follow. */
  readonly open: boolean;
}

/** `npm run *`, or `cat * | grep *` for consecutive members of a pipeline. */
export interface CommandPattern {
  readonly pattern: Pattern;
  readonly members: readonly MemberPattern[];
}

/** Throws a `RuleFault` when the pattern cannot be used. */
export function compileCommandPattern(pattern: Pattern): CommandPattern {
  return inPlace(pattern, 'SP1010', () => compiled(pattern));
}

function compiled(pattern: Pattern): CommandPattern {
  const members: PatternWord[][] = [[]];
  for (const { text, quoted } of patternWords(pattern.glob)) {
    if (text === '|' && !quoted) members.push([]);
    else members.at(-1)!.push(compileWord(text, quoted));
  }
  if (members.some((words) => words.length === 0)) throw new GlobError(`"${pattern.glob}" names no command`);
  return { pattern, members: members.map(memberOf) };
}

function memberOf(words: readonly PatternWord[]): MemberPattern {
  const open = words.at(-1)!.kind === 'any';
  return { words: open ? words.slice(0, -1) : words, open };
}

function compileWord(text: string, quoted: boolean): PatternWord {
  if (quoted || !text.includes('*')) return { kind: 'literal', text };
  if (text === '*') return { kind: 'any' };
  // Braces and question marks have no meaning in commands, so each piece between stars is taken as it is.
  const pieces = text.split(/\*+/);
  const matches: Matches = (word) => between(pieces, word);
  if (pieces.length > 4) compileGlob(text, 'anything');
  return { kind: 'glob', text, matches };
}

function between(pieces: readonly string[], word: string): boolean {
  const first = pieces[0]!;
  const last = pieces.at(-1)!;
  if (word.length < first.length + last.length || !word.startsWith(first) || !word.endsWith(last)) return false;
  let at = first.length;
  for (const piece of pieces.slice(1, -1)) {
    const found = word.indexOf(piece, at);
    if (found === -1) return false;
    at = found + piece.length;
  }
  return at <= word.length - last.length;
}

/** Words are separated by blanks; quotes, single or double, keep blanks and stars in a word. */
function patternWords(text: string): { readonly text: string; readonly quoted: boolean }[] {
  const words: { text: string; quoted: boolean }[] = [];
  let at = 0;
  while (at < text.length) {
    if (/\s/.test(text[at]!)) {
      at++;
      continue;
    }
    const word = { text: '', quoted: false };
    for (; at < text.length && !/\s/.test(text[at]!); at++) {
      const quote = text[at]!;
      if (quote !== '"' && quote !== "'") {
        word.text += quote;
        continue;
      }
      const end = text.indexOf(quote, at + 1);
      if (end === -1) throw new GlobError(`${quote} without an end in "${text}"`);
      word.text += text.slice(at + 1, end);
      word.quoted = true;
      at = end;
    }
    words.push(word);
  }
  return words;
}

/**
 * Whether a command is surely what the pattern says, whatever its variables hold. The answer is the hazards of the
 * command that the pattern does not spell out; undefined when it does not match.
 */
export function surelyMatches(command: ShellCommand, { words, open }: MemberPattern): readonly Hazard[] | undefined {
  if (command.words.length < words.length || (!open && command.words.length > words.length)) return undefined;
  for (const [at, word] of words.entries()) if (!surely(command.words[at]!, word)) return undefined;
  return command.hazards.filter(({ at }) => (words[at] === undefined ? open : words[at].kind !== 'literal'));
}

function surely(word: ShellWord, pattern: PatternWord): boolean {
  if (pattern.kind === 'any') return !word.splits;
  if (word.dynamic || word.glob) return false;
  return pattern.kind === 'literal' ? word.text === pattern.text : pattern.matches(word.text);
}

/** Whether a command could be what the pattern says: by the name of its program, with its options in any order. */
export function couldMatch({ words }: ShellCommand, pattern: MemberPattern): boolean {
  const [program, ...rest] = words;
  const [first, ...others] = pattern.words;
  if (first === undefined) return true;
  if (!couldBeProgram(program!, first)) return false;
  return inOrder(rest, others, pattern.open) || inAnyOrder(rest, others, pattern.open);
}

function couldBeProgram(word: ShellWord, pattern: PatternWord): boolean {
  if (word.dynamic || word.glob) return false;
  if (pattern.kind === 'any') return true;
  const name = programName(word.text);
  if (pattern.kind === 'glob') return pattern.matches(word.text) || pattern.matches(name);
  return name === programName(pattern.text);
}

/** Word by word; a word that may be several or none stands for any number. */
function inOrder(words: readonly ShellWord[], pattern: readonly PatternWord[], open: boolean): boolean {
  let live = new Set([0]);
  for (const word of words) {
    const next = new Set<number>();
    for (const at of live) {
      const wanted = pattern[at];
      if (wanted === undefined) {
        if (open || word.splits) next.add(at);
        continue;
      }
      if (word.splits && word.dynamic) next.add(at);
      const most = word.splits ? pattern.length : at + 1;
      for (let to = at; to < most && couldBe(word, pattern[to]!); to++) next.add(to + 1);
    }
    live = next;
  }
  return live.has(pattern.length);
}

function couldBe(word: ShellWord, pattern: PatternWord): boolean {
  if (pattern.kind === 'any') return true;
  if (!word.dynamic && !word.glob)
    return pattern.kind === 'literal' ? word.text === pattern.text : pattern.matches(word.text);
  if (pattern.kind === 'glob') return true;
  // A pattern of file names does not turn into an option unless somebody names a file so.
  if (word.glob && !word.dynamic && word.prefix === '' && pattern.text.startsWith('-')) return false;
  return pattern.text.startsWith(word.prefix) && pattern.text.endsWith(word.suffix);
}

/** `-rf` is `-fr` is `-r -f`: options are a set, what is no option keeps its order. */
function inAnyOrder(words: readonly ShellWord[], pattern: readonly PatternWord[], open: boolean): boolean {
  const wanted = pattern.flatMap((word) => (word.kind === 'literal' ? optionsOf(word.text) : []));
  if (wanted.length === 0) return false;
  const given = new Set(words.flatMap((word) => (word.dynamic ? [] : optionsOf(word.text))));
  if (wanted.some((option) => !given.has(option)) || (!open && given.size > new Set(wanted).size)) return false;
  const operands = words.filter((word) => word.dynamic || optionsOf(word.text).length === 0);
  return inOrder(
    operands,
    pattern.filter((word) => word.kind !== 'literal' || optionsOf(word.text).length === 0),
    open,
  );
}

function optionsOf(text: string): readonly string[] {
  if (!/^-[^-]|^--[^=]/.test(text)) return [];
  return text.startsWith('--') ? [text.split('=', 1)[0]!] : [...text.slice(1)].map((letter) => `-${letter}`);
}

/** Whether a program text in another language names the program of the pattern. */
export function namesProgram(code: string, { words }: MemberPattern): boolean {
  const [first] = words;
  if (first?.kind !== 'literal') return false;
  return code
    .toLowerCase()
    .split(/[^a-z0-9_.+-]+/)
    .includes(programName(first.text));
}
