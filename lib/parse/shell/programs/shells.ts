import type { Hazard, ShellCommand, ShellWord } from '../facts.ts';
import type { Handling, Invocation, Program, Reader } from '../invocation.ts';
import { mayBeOption } from '../invocation.ts';

/** A text that a shell reads, as far as it can be known before. */
export function textHazard(
  at: number,
  text: ShellWord | undefined,
  reader: Reader,
  positional: readonly ShellWord[] = [],
): Hazard {
  const about = 'runs a text as commands';
  if (text === undefined || text.dynamic) return { at, about, unknown: true };
  return { at, about, runs: reader.script(text.text, positional) };
}

/** Several words joined by blanks and read as one text, as `eval` and `ssh` do. */
export function joinedHazard(words: readonly ShellWord[], from: number, reader: Reader): Hazard | undefined {
  const rest = words.slice(from);
  if (rest.length === 0) return undefined;
  const about = 'runs its words as a text of commands';
  if (rest.some(({ dynamic }) => dynamic)) return { at: from, about, unknown: true };
  return { at: from, about, runs: reader.script(rest.map(({ text }) => text).join(' ')) };
}

/** What a shell reads on standard input. */
export function stdinHazard({ words, stdin, reader }: Invocation): Hazard {
  const about = 'runs what it reads';
  if (stdin === undefined) return { at: words.length, about, unknown: true };
  return { at: words.length, about, runs: reader.script(stdin) };
}

const TAKES_VALUE = new Set(['-o', '+o', '-O', '+O', '--rcfile', '--init-file']);

const shell: Program = (invocation): Handling => {
  const { words, reader } = invocation;
  const hazards: Hazard[] = [];
  let text = false;
  let stdin = false;
  let at = 1;
  for (; at < words.length; at++) {
    const word = words[at]!;
    if (word.text === '-' || word.text === '--') {
      at++;
      break;
    }
    if (!mayBeOption(word) && !word.text.startsWith('+')) break;
    if (word.dynamic || word.glob) {
      hazards.push({ at, about: 'a word that may become an option', unknown: true });
      return { hazards };
    }
    if (/^--(rcfile|init-file|rc)/.test(word.text)) hazards.push({ at, about: 'reads another file first' });
    if (TAKES_VALUE.has(word.text)) at++;
    else if (!word.text.startsWith('--') && word.text.startsWith('-')) {
      text ||= word.text.includes('c');
      stdin ||= word.text.includes('s');
    }
  }
  if (text) {
    hazards.push(textHazard(Math.min(at, words.length), words[at], reader, words.slice(at + 1)));
    return { hazards, transparent: hazards.length === 1 };
  }
  if (stdin || at >= words.length)
    return { hazards: [...hazards, stdinHazard(invocation)], transparent: invocation.stdin !== undefined };
  hazards.push({ at, about: 'runs a script', ...(isDescriptor(words[at]!) ? { unknown: true as const } : {}) });
  return { hazards };
};

/** A script that comes through a pipe or a substitution: nobody can look at it before. */
export function isDescriptor(word: ShellWord): boolean {
  return word.dynamic || /^\/(dev|proc)\//.test(word.text);
}

/** Shells whose language nobody here reads. */
const foreign: Program = ({ words }): Handling => ({
  hazards: words.map((_, at) => ({ at: at + 1, about: 'runs commands in another language', unknown: true as const })),
});

const evaluate: Program = ({ words, reader }): Handling => {
  const from = words[1]?.text === '--' ? 2 : 1;
  const hazard = joinedHazard(words, from, reader);
  return { hazards: hazard === undefined ? [] : [hazard], transparent: hazard?.runs !== undefined };
};

const source: Program = ({ words, stdin, reader }): Handling => {
  const [, file] = words;
  if (file?.text === '/dev/stdin' && stdin !== undefined) {
    return { hazards: [{ at: 1, about: 'runs what it reads', runs: reader.script(stdin) }] };
  }
  const unknown = file === undefined || isDescriptor(file);
  return { hazards: [{ at: 1, about: 'runs a script', ...(unknown ? { unknown: true as const } : {}) }] };
};

/** `trap 'text' SIGNAL`. */
const trap: Program = ({ words, reader }): Handling => {
  const at = words[1]?.text === '--' ? 2 : 1;
  const text = words[at];
  if (text === undefined || words.length === at + 1 || /^-[lp]?$/.test(text.text)) return { hazards: [] };
  return { hazards: [textHazard(at, text, reader)] };
};

/** `alias name=text`: shells that expand aliases in scripts put the text in the place of a command. */
const alias: Program = ({ words, reader }): Handling => {
  const hazards = words.slice(1).flatMap((word, index): Hazard[] => {
    const equals = word.text.indexOf('=');
    if (!word.dynamic && equals === -1) return [];
    const about = 'gives a command another meaning';
    const runs: readonly ShellCommand[] = word.dynamic ? [] : reader.script(word.text.slice(equals + 1));
    return [
      { at: index + 1, about, unknown: true as const },
      ...(runs.length > 0 ? [{ at: index + 1, about, runs }] : []),
    ];
  });
  return { hazards };
};

const KNOWN = ['sh', 'bash', 'rbash', 'dash', 'ash', 'zsh', 'ksh', 'ksh93', 'mksh', 'pdksh', 'yash', 'posh', 'hush'];
const FOREIGN = [
  'fish',
  'csh',
  'tcsh',
  'pwsh',
  'powershell',
  'cmd',
  'command.com',
  'nu',
  'nushell',
  'xonsh',
  'elvish',
  'rc',
  'es',
  'wscript',
  'cscript',
  'mshta',
];

/** Shells whose texts are read here, by name. */
export const READABLE_SHELLS: ReadonlySet<string> = new Set(KNOWN);

export const SHELLS: Readonly<Record<string, Program>> = {
  ...Object.fromEntries(KNOWN.map((name) => [name, shell])),
  ...Object.fromEntries(FOREIGN.map((name) => [name, foreign])),
  eval: evaluate,
  source,
  '.': source,
  trap,
  alias,
};
