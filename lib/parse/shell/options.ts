import type { Hazard, ShellWord } from './facts.ts';
import { mayBeOption } from './invocation.ts';

/**
 * Options of one program. Each is written as its manual does, without dashes: `c` is `-c`, `exec` is `--exec`. A
 * `=` behind it says that it takes a value.
 */
export interface Options {
  /** Options that decide what else runs. */
  readonly risky: readonly string[];
  /** Harmless options that take a value, so that the value is not read as an option. */
  readonly values?: readonly string[];
  /** Why, for people. */
  readonly about: string;
  /** Long options begin with one dash, as those of `find` or `java`. */
  readonly single?: boolean;
  /** Operands come before options end: stop at the first one, as interpreters do. */
  readonly stops?: boolean;
}

/** What reading the options of a command found. */
export interface OptionScan {
  readonly hazards: Hazard[];
  /** Index of the first operand; the number of words when there is none. */
  readonly operand: number;
}

/** Finds the risky options among `words` from index `from` on. */
export function scanOptions(words: readonly ShellWord[], options: Options, from: number): OptionScan {
  const hazards: Hazard[] = [];
  const { about } = options;
  let operand = words.length;
  for (let at = from; at < words.length; at++) {
    const word = words[at]!;
    if (word.text === '--' && !word.dynamic) return { hazards, operand: Math.min(operand, at + 1) };
    if (!mayBeOption(word)) {
      operand = Math.min(operand, at);
      if (options.stops === true) break;
      continue;
    }
    if (word.dynamic || word.glob) {
      if (options.risky.some((name) => name !== '')) hazards.push({ at, about: 'a word that may become an option' });
      continue;
    }
    const found =
      word.text.startsWith('--') || options.single === true ? long(word.text, options) : cluster(word.text, options);
    if (found.risky) hazards.push({ at, about: `${word.text.slice(0, 20)} ${about}` });
    if (!found.takesNext) continue;
    at++;
    if (found.risky && at < words.length) hazards.push({ at, about: `the value of ${words[at - 1]!.text} ${about}` });
  }
  return { hazards, operand };
}

interface Found {
  readonly risky: boolean;
  readonly takesNext: boolean;
}

/** A long option may be cut short, so whatever a risky one begins with counts as that one. */
function long(text: string, { risky, values = [], single }: Options): Found {
  const equals = text.indexOf('=');
  const name = text.slice(single === true && !text.startsWith('--') ? 1 : 2, equals === -1 ? undefined : equals);
  const same = (option: string) => option === name || option === `${name}=`;
  const shortened = (option: string) => option.length > 2 && option.startsWith(name);
  if (values.some(same)) return { risky: false, takesNext: equals === -1 };
  const hit = risky.find(same) ?? (single === true ? undefined : risky.find(shortened));
  const taking = hit ?? (single === true ? undefined : values.find(shortened));
  return { risky: hit !== undefined, takesNext: equals === -1 && taking?.endsWith('=') === true };
}

/** Letters behind one dash, up to the first that takes a value. */
function cluster(text: string, { risky, values = [] }: Options): Found {
  for (let at = 1; at < text.length; at++) {
    const letter = text[at]!;
    const last = at === text.length - 1;
    if (risky.includes(letter)) return { risky: true, takesNext: false };
    if (risky.includes(`${letter}=`)) return { risky: true, takesNext: last };
    if (values.includes(`${letter}=`)) return { risky: false, takesNext: last };
  }
  return { risky: false, takesNext: false };
}
