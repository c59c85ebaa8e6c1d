import type { Hazard, ShellAssignment, ShellWord } from '../facts.ts';
import type { Handling, Invocation, Program } from '../invocation.ts';
import { textHazard } from './shells.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*/;

/** Words that name variables the command sets: `NAME`, `NAME=value`, `NAME[subscript]`. */
function settings(words: readonly ShellWord[]): ShellAssignment[] {
  return words.flatMap((word): ShellAssignment[] => {
    if (word.text.startsWith('-') || word.text.startsWith('+')) return [];
    const [name] = NAME.exec(word.text) ?? [];
    if (name === undefined) return word.dynamic ? [{ name: '', value: undefined, dynamic: true }] : [];
    const value = !word.dynamic && word.text[name.length] === '=' ? word.text.slice(name.length + 1) : undefined;
    return [{ name, value, dynamic: word.dynamic && !/^[A-Za-z0-9_]+(\+?=|\[)/.test(word.prefix) }];
  });
}

/** A word that arithmetic or a subscript reads, and runs what stands in it. */
function subscripts(words: readonly ShellWord[]): Hazard[] {
  return words.flatMap(({ text, dynamic }, at): Hazard[] => {
    const open = text.indexOf('[');
    const runs = !dynamic && open !== -1 && (text.includes('$(', open) || text.includes('`', open));
    return runs && at > 0 ? [{ at, about: 'runs what stands in a subscript', unknown: true }] : [];
  });
}

const sets: Program = ({ words }): Handling => ({ hazards: subscripts(words), assignments: settings(words.slice(1)) });

const evaluates: Program = ({ words }): Handling => ({ hazards: subscripts(words) });

/** `printf -v NAME` sets a variable. */
const printf: Program = ({ words }): Handling => {
  const at = words.findIndex(({ text }) => text.startsWith('-v'));
  if (at !== 1) return { hazards: subscripts(words) };
  const named = words[1]!.text === '-v' ? words.slice(2, 3) : [{ ...words[1]!, text: words[1]!.text.slice(2) }];
  return { hazards: subscripts(words), assignments: settings(named) };
};

/** Options of which one takes a text to run. */
function textOption(letter: string): Program {
  return ({ words, reader }: Invocation): Handling => {
    const hazards = words.flatMap(({ text }, at): Hazard[] => {
      if (at === 0 || !/^-[a-zA-Z]/.test(text) || !text.includes(letter)) return [];
      return [textHazard(at + 1, words[at + 1], reader)];
    });
    return { hazards: [...hazards, ...subscripts(words)], assignments: settings(words.slice(1)) };
  };
}

/** Builtins that change what names mean, load code or run what nobody can read. */
const always =
  (about: string): Program =>
  ({ words }): Handling => ({ hazards: words.length > 1 ? [{ at: 1, about, unknown: true }] : [] });

const hash: Program = ({ words }): Handling => {
  const at = words.findIndex(({ text }) => /^-[a-z]*p/.test(text));
  return { hazards: at === -1 ? [] : [{ at, about: 'gives a command another meaning', unknown: true }] };
};

export const BUILTINS: Readonly<Record<string, Program>> = {
  ...Object.fromEntries(
    ['export', 'declare', 'typeset', 'local', 'readonly', 'read', 'getopts', 'unset'].map((name) => [name, sets]),
  ),
  ...Object.fromEntries(['let', 'test', '[', '[['].map((name) => [name, evaluates])),
  printf,
  mapfile: textOption('C'),
  readarray: textOption('C'),
  complete: textOption('C'),
  compgen: textOption('C'),
  hash,
  bind: always('runs commands on keys'),
  enable: always('loads code into the shell'),
  fc: always('runs commands of before'),
  zmodload: always('loads code into the shell'),
  autoload: always('loads code into the shell'),
};
