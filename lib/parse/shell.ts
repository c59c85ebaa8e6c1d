import type { ShellCommand, ShellFacts, ShellWord } from './shell/facts.ts';
import { Gathering, type MadeCommand } from './shell/gathering.ts';
import { guessWords } from './shell/guesses.ts';
import { HARMLESS, type Handling, programName, type Reader } from './shell/invocation.ts';
import { handlingOf } from './shell/programs.ts';
import { type RawCommand, ScriptWalk, type Syntax } from './shell/script.ts';
import { literalWord } from './shell/words.ts';

const MOST_BYTES = 16 * 1024;
const MOST_NESTING = 200;
const MOST_TEXTS_IN_TEXTS = 12;
const MOST_GUESSED = 400;

/** Reads shell text and argument vectors; it does no work until it is asked. */
export interface ShellParser {
  /** What a text runs, as bash or POSIX sh read it. */
  parse(text: string): ShellFacts;
  /** What an argument vector runs, word for word. */
  parseWords(words: readonly string[]): ShellFacts;
}

let parser: ShellParser | undefined;
let loading: Promise<ShellParser> | undefined;

/** The parser, at once when it has been loaded before. */
export function shellParser(): ShellParser | Promise<ShellParser> {
  if (parser !== undefined) return parser;
  loading ??= import('unbash').then((syntax) => {
    parser = {
      parse: (text) => new Parsing(syntax).text(text),
      parseWords: (words) => new Parsing(syntax).words(words),
    };
    return parser;
  });
  return loading;
}

/** One text and all that it runs in turn. */
class Parsing {
  readonly #syntax: Syntax;
  readonly #found = new Gathering();
  #depth = 0;

  constructor(syntax: Syntax) {
    this.#syntax = syntax;
  }

  text(text: string): ShellFacts {
    return this.#facts(this.#reader.script(text));
  }

  words(words: readonly string[]): ShellFacts {
    if (words.reduce((sum, word) => sum + word.length, 0) > MOST_BYTES) this.#found.faults.add('too long');
    const safe = this.#found.faults.size === 0 && words.length > 0;
    return this.#facts(safe ? [this.#reader.command(words.map(literalWord))] : []);
  }

  #facts(commands: readonly ShellCommand[]): ShellFacts {
    this.#guess();
    const { pipelines, redirects, assignments, defines, forkBomb, faults, doubts } = this.#found;
    return { commands, pipelines, redirects, assignments, defines, forkBomb, faults: [...faults], doubts: [...doubts] };
  }

  readonly #reader: Reader = {
    script: (text, positional = []) => {
      const fault = tooMuch(text) ?? (this.#depth >= MOST_TEXTS_IN_TEXTS ? 'nested too deep' : undefined);
      if (fault !== undefined) {
        this.#found.faults.add(fault);
        return [];
      }
      positional.forEach(({ dynamic, text: value }, at) => {
        this.#found.value(String(at), dynamic ? undefined : value);
      });
      if (positional.length > 1)
        this.#found.value(
          '@',
          positional
            .slice(1)
            .map(({ text: value }) => value)
            .join(' '),
        );
      this.#depth++;
      try {
        return new ScriptWalk(this.#syntax, this.#found, this.#make).commandsOf(text);
      } catch {
        // The parser goes down by calling itself, and so runs out of stack before it meets our caps.
        this.#found.faults.add('nested too deep');
        return [];
      } finally {
        this.#depth--;
      }
    },
    command: (words, stdin) => this.#make({ words, assignments: [], redirects: [], inner: [], stdin }),
  };

  readonly #make = (raw: RawCommand): MadeCommand => {
    const { hazards, transparent = false, assignments = [] } = this.#handling(raw);
    const made = { ...raw, assignments: [...raw.assignments, ...assignments], hazards, transparent, guesses: [] };
    return this.#found.add(made);
  };

  #handling({ words, stdin }: RawCommand): Handling {
    const [program] = words;
    if (program === undefined || program.dynamic || program.glob || this.#found.full) return HARMLESS;
    if (this.#depth >= MOST_TEXTS_IN_TEXTS) {
      this.#found.faults.add('nested too deep');
      return HARMLESS;
    }
    this.#depth++;
    const handling = handlingOf({ name: programName(program.text), words, stdin, reader: this.#reader });
    this.#depth--;
    return handling;
  }

  /** Commands with variables, with what the script puts into them; guesses may bring more of them. */
  #guess(): void {
    const { made, variables } = this.#found;
    for (let at = 0; at < made.length && at < MOST_GUESSED; at++) {
      const command = made[at]!;
      if (!command.words.some(({ dynamic }) => dynamic)) continue;
      for (const words of guessWords(command.words, variables)) {
        if (words.length > 0 && !same(words, command.words)) command.guesses.push(this.#make({ ...command, words }));
      }
    }
  }
}

function same(a: readonly ShellWord[], b: readonly ShellWord[]): boolean {
  return a.length === b.length && a.every((word, at) => word === b[at]);
}

/** Why a text is not even looked at. */
function tooMuch(text: string): string | undefined {
  if (text.length > MOST_BYTES || Buffer.byteLength(text) > MOST_BYTES) return 'too long';
  if (/[\0-\x08\x0b-\x1f\x7f]/.test(text)) return 'a control character';
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const c = text[at];
    if ((c === '(' || c === '{') && ++depth > MOST_NESTING) return 'nested too deep';
    else if ((c === ')' || c === '}') && depth > 0) depth--;
  }
  return undefined;
}
