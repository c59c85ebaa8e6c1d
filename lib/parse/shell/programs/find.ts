import type { Hazard, ShellWord } from '../facts.ts';
import type { Handling, Program } from '../invocation.ts';
import { mayBeOption } from '../invocation.ts';
import { unknownWord } from '../words.ts';

const RUNS = new Set(['-exec', '-execdir', '-ok', '-okdir']);
const WRITES = /^-(fprint|fprint0|fprintf|fls)$/;

/** The words up to the end of an action, with file names in the place of their mark. */
function actionOf(
  words: readonly ShellWord[],
  from: number,
  mark: RegExp,
  prefix = '',
): { end: number; inner: ShellWord[] } {
  let end = from;
  while (end < words.length && words[end]!.text !== ';' && !(words[end]!.text === '+' && words[end - 1]!.text === '{}'))
    end++;
  const inner = words
    .slice(from, end)
    .map((word) => (mark.test(word.text) ? unknownWord(word.text, false, prefix) : word));
  return { end, inner };
}

const find: Program = ({ words, reader }): Handling => {
  const hazards: Hazard[] = [];
  // What is found begins with the folder it was looked for in.
  const [, folder] = words;
  const prefix = folder !== undefined && !mayBeOption(folder) && !folder.dynamic ? folder.text : '.';
  for (let at = 1; at < words.length; at++) {
    const word = words[at]!;
    if (RUNS.has(word.text)) {
      const { end, inner } = actionOf(words, at + 1, /\{\}/, prefix);
      if (inner.length > 0) hazards.push({ at: at + 1, about: 'runs another command', runs: [reader.command(inner)] });
      at = end;
    } else if (word.text === '-delete') hazards.push({ at, about: 'deletes what it finds' });
    else if (WRITES.test(word.text)) hazards.push({ at, about: 'writes files' });
    else if (mayBeOption(word) && (word.dynamic || word.glob))
      hazards.push({ at, about: 'a word that may become an action' });
  }
  return { hazards };
};

/** `fd -x command`: everything behind belongs to the command, with the file at its end. */
const fd: Program = ({ words, reader }): Handling => {
  const at = words.findIndex(
    ({ text }, index) => index > 0 && /^(-[a-zA-Z]*[xX]|--exec|--exec-batch|--exec=.*)$/.test(text),
  );
  if (at === -1) return { hazards: [] };
  const { inner } = actionOf(words, at + 1, /\{[/.]*\}/);
  if (inner.length === 0) return { hazards: [{ at, about: 'runs another command', unknown: true }] };
  return {
    hazards: [
      { at: at + 1, about: 'runs another command', runs: [reader.command([...inner, unknownWord('{}', false)])] },
    ],
  };
};

export const FINDERS: Readonly<Record<string, Program>> = { find, gfind: find, fd, fdfind: fd };
