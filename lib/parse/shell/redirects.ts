import type { HereDoc, Word } from 'unbash';
import type { ShellWord } from './facts.ts';

/** `2>&1`, `>&-`, `<&3`: a descriptor stands for another, and no file is opened. */
export function isDuplication(operator: string, target: ShellWord): boolean {
  return (operator === '>&' || operator === '<&') && !target.dynamic && /^(\d+-?|-)$/.test(target.text);
}

/** `> >(command)`: what is written goes to a command, which is judged itself. */
export function isPipeTo(target: Word): boolean {
  return target.parts?.length === 1 && target.parts[0]!.type === 'ProcessSubstitution';
}

/** What a here document feeds its command; undefined when something is expanded in it. */
export function hereText({ body, delimiter, operator }: HereDoc): string | undefined {
  if (body.parts !== undefined) return undefined;
  const text = operator === '<<-' ? body.text.replace(/^\t+/gm, '') : body.text;
  return delimiter?.quoted === true ? text : text.replace(/\\([$`\\])/g, '$1').replace(/\\\n/g, '');
}
