import { posix } from 'node:path';
import type { ShellCommand, ShellFacts, ShellPipeline } from '../../parse/shell/facts.ts';
import { allCommands, hasOption, isUnknown, nameOf, operandsOf, runsUnknown, treeOf } from './tree.ts';

const FETCHES = new Set(
  'curl wget fetch aria2c axel http https xh httpie lynx links elinks w3m nc ncat netcat telnet ftp lftp tftp socat gsutil dig host nslookup drill get lwp-request lwp-download'.split(
    ' ',
  ),
);
const DECODES = new Set(['rev', 'tr', 'uudecode', 'basenc', 'gpg']);
const MAY_DECODE: Readonly<Record<string, readonly [letters: string, ...names: string[]]>> = {
  base64: ['dD', 'decode'],
  base32: ['d', 'decode'],
  gbase64: ['d', 'decode'],
  xxd: ['r', 'revert'],
  openssl: ['d'],
  gzip: ['d', 'decompress'],
};

/** Whether text that was fetched from elsewhere, or decoded, is run: by a pipe, a substitution, a variable or a file. */
export function runsFetched(facts: ShellFacts): boolean {
  const commands = allCommands(facts);
  const tainted = new Set(
    [...facts.assignments, ...commands.flatMap(({ assignments }) => assignments)]
      .filter(({ inner = [] }) => inner.some(bringsText))
      .map(({ name }) => name),
  );
  const brings = (command: ShellCommand) => bringsText(command) || mentions(command, tainted);
  if (facts.pipelines.some((pipeline) => pipesIntoRunner(pipeline, brings))) return true;
  if (commands.some((command) => runsText(command) && (command.inner.some(bringsText) || mentions(command, tainted))))
    return true;
  const files = new Set(commands.flatMap(fetchedFiles));
  return files.size > 0 && commands.some((command) => runsFile(command, files));
}

/** Fetches from elsewhere, or decodes. */
function bringsText(command: ShellCommand): boolean {
  return [...treeOf(command)].some((one) => {
    const name = nameOf(one);
    if (FETCHES.has(name) || DECODES.has(name)) return true;
    const decoding = Object.hasOwn(MAY_DECODE, name) ? MAY_DECODE[name] : undefined;
    return decoding !== undefined && hasOption(one, decoding[0], ...decoding.slice(1));
  });
}

function runsText(command: ShellCommand): boolean {
  return isUnknown(command) || runsUnknown(command);
}

function mentions({ words }: ShellCommand, names: ReadonlySet<string>): boolean {
  if (names.size === 0) return false;
  return words.some(({ pieces }) => pieces.some((piece) => piece.kind === 'variable' && names.has(piece.name)));
}

function pipesIntoRunner(pipeline: ShellPipeline, brings: (command: ShellCommand) => boolean): boolean {
  let brought = false;
  for (const member of pipeline) {
    if (brought && member.some((command) => [...treeOf(command)].some(runsText))) return true;
    brought ||= member.some(brings);
  }
  return false;
}

/** Files a command that fetches writes to. */
function fetchedFiles(command: ShellCommand): string[] {
  if (!FETCHES.has(nameOf(command))) return [];
  const files = command.redirects.flatMap(({ target, direction }) => (direction === 'write' ? [target.text] : []));
  command.words.forEach(({ text }, at) => {
    files.push(...joinedFiles(text));
    if (/^-[a-zA-Z]*[oO]$|^--output(-document)?$/.test(text) && command.words[at + 1] !== undefined)
      files.push(command.words[at + 1]!.text);
    if (/^(https?|ftp):/i.test(text)) files.push(text.split(/[?#]/, 1)[0]!.split('/').at(-1)!);
  });
  return files.filter((file) => file !== '').map((file) => posix.normalize(file));
}

/** Names in one word with their option: each `o` among letters may be the option, and the rest the name. */
function joinedFiles(text: string): string[] {
  const named = /^--output(?:-document)?=(.+)$/s.exec(text)?.[1];
  if (named !== undefined) return [named];
  const letters = /^-([a-zA-Z]*)/.exec(text)?.[1] ?? '';
  return [...letters.matchAll(/[oO]/g)].map(({ index }) => text.slice(index + 2));
}

function runsFile(command: ShellCommand, files: ReadonlySet<string>): boolean {
  const [program] = command.words;
  const is = (text: string) => files.has(posix.normalize(text));
  if (program!.text.includes('/') && is(program!.text)) return true;
  if (nameOf(command) === 'chmod')
    return operandsOf(command).some((word) => /x|[1357]/.test(operandsOf(command)[0]!) && is(word));
  return command.hazards.some(
    ({ at, about }) => about === 'runs a script' && command.words[at] !== undefined && is(command.words[at].text),
  );
}
