import type { ShellCommand } from './facts.ts';
import { programName } from './invocation.ts';

/** What commands print, when they are one `echo` or `printf` of literal words: the ways to spell a text with a command. */
export function knownOutput(commands: readonly ShellCommand[]): string | undefined {
  const [command] = commands;
  if (commands.length !== 1 || command === undefined || command.redirects.length > 0) return undefined;
  if (command.words.some(({ dynamic, glob }) => dynamic || glob)) return undefined;
  const [program, ...words] = command.words.map(({ text }) => text);
  if (programName(program!) === 'printf') return printed(words);
  return programName(program!) === 'echo' ? echoed(words) : undefined;
}

/** Some shells expand escapes without being asked, so they are expanded in any case. */
function echoed(words: readonly string[]): string {
  const from = words.findIndex((word) => !/^-[neE]+$/.test(word));
  return from === -1 ? '' : unescaped(words.slice(from).join(' '));
}

function printed([first, ...rest]: readonly string[]): string | undefined {
  const [format, ...values] = first === '--' ? rest : [first, ...rest];
  if (format === undefined) return undefined;
  if (!format.includes('%')) return unescaped(format);
  if (!/^([^%]|%%|%[sb])*$/.test(format)) return undefined;
  const used = values.length === 0 ? [''] : [...values];
  let text = '';
  while (used.length > 0) {
    const before = used.length;
    text += unescaped(format).replace(/%[%sb]/g, (mark) => (mark === '%%' ? '%' : (used.shift() ?? '')));
    if (used.length === before) break;
  }
  return text;
}

const ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  f: '\f',
  v: '\v',
  e: '\x1b',
};

function unescaped(text: string): string {
  return text.replace(/\\(?:x([0-9a-fA-F]{1,2})|0?([0-7]{1,3})|(.))/gs, (all, hex, octal, letter) => {
    if (hex !== undefined) return String.fromCharCode(Number.parseInt(hex, 16));
    if (octal !== undefined) return String.fromCharCode(Number.parseInt(octal, 8));
    return letter === '\\' ? '\\' : (ESCAPES[letter as string] ?? all);
  });
}
