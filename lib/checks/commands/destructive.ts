import { posix } from 'node:path';
import type { ShellCommand, ShellFacts, ShellRedirect } from '../../parse/shell/facts.ts';
import { allCommands, hasOption, nameOf, operandsOf } from './tree.ts';

const AS_ROOT = new Set(['sudo', 'su', 'doas', 'pkexec', 'runuser', 'gosu', 'su-exec', 'sudoedit', 'sudo.ws', 'run0']);
const STOPS = new Set(['shutdown', 'reboot', 'halt', 'poweroff', 'kexec', 'telinit']);
const FORMATS =
  /^(mkfs(\..+)?|mke2fs|mkswap|wipefs|blkdiscard|fdisk|sfdisk|cfdisk|parted|sgdisk|cryptsetup|pvcreate|vgremove|lvremove|newfs)$/;
const SYSTEM =
  /^\/(bin|boot|dev|etc|home|lib\w*|opt|proc|root|sbin|srv|sys|usr|var|Users|System|Library|Applications|Volumes|private|nix|snap)?$/;
const HOMES = /^(~[\w.-]*|\/(home|Users)\/[^/]+|\/root)$/;
const HARMLESS_DEVICE = /^\/dev\/(null|zero|full|u?random|tty|stdin|stdout|stderr|ptmx|pts\/\d+|fd\/.*|shm\/.*)$/;
const FINDS_ALL = /^-i?(name|path|regex|wholename|newer\w*|size|[acm](min|time)|empty|user|perm|maxdepth)$/;

/** What a command line does that no one asks an agent for, in words for the model; undefined when it is nothing of the kind. */
export function destruction(facts: ShellFacts): string | undefined {
  if (facts.forkBomb) return 'a command that starts itself without end';
  const commands = allCommands(facts);
  const atRoot = commands.some((command) => nameOf(command) === 'cd' && isRootOrHome(operandsOf(command)[0] ?? '~'));
  for (const command of commands) {
    const found = ofCommand(command, atRoot) ?? ofRedirects(command.redirects);
    if (found !== undefined) return found;
  }
  return ofRedirects(facts.redirects);
}

function ofCommand(command: ShellCommand, atRoot: boolean): string | undefined {
  const name = nameOf(command);
  const operands = operandsOf(command);
  if (AS_ROOT.has(name)) return 'a command run as another user';
  if (STOPS.has(name) || (name === 'init' && /^[06]$/.test(operands[0] ?? ''))) return 'stopping the machine';
  if (name === 'systemctl' && operands.some((word) => /^(poweroff|reboot|halt|kexec|rescue|emergency)/.test(word)))
    return 'stopping the machine';
  if (FORMATS.test(name)) return 'changing a disk';
  if (name === 'dd' && command.words.some(({ text }) => text.startsWith('of=') && isDevice(text.slice(3))))
    return 'writing to a device';
  if (['cp', 'mv', 'tee', 'shred', 'cat', 'install', 'truncate'].includes(name) && writesDevice(name, operands))
    return 'writing to a device';
  if (name === 'kill' && command.words.slice(2).some(({ text }) => text === '-1')) return 'ending every process';
  if (name === 'killall5') return 'ending every process';
  const paths = atRoot ? operands.map(fromRoot) : operands;
  if (
    name === 'rm' &&
    (hasOption(command, '', 'no-preserve-root') || (isRecursive(command) && paths.some(isRootOrHome)))
  ) {
    return 'deleting a system or home folder';
  }
  if (['chmod', 'chown', 'chgrp'].includes(name) && hasOption(command, 'R', 'recursive') && paths.some(isRootOrHome)) {
    return 'changing the rights of a system or home folder';
  }
  if (name === 'find' && deletesAll(command) && paths.some(isRootOrHome)) return 'deleting a system or home folder';
  return undefined;
}

function isRecursive(command: ShellCommand): boolean {
  return hasOption(command, 'rR', 'recursive', 'recursiv', 'recursi', 'recurs', 'recur', 'recu', 'rec', 're', 'r');
}

function deletesAll({ words, hazards }: ShellCommand): boolean {
  if (words.some(({ text }) => FINDS_ALL.test(text))) return false;
  return (
    words.some(({ text }) => text === '-delete') ||
    hazards.some(({ runs }) => runs?.some((command) => nameOf(command) === 'rm') === true)
  );
}

/** A name behind a `cd` to a root or home folder. */
function fromRoot(path: string): string {
  return path.startsWith('/') || path.startsWith('~') ? path : posix.join('/', path);
}

/** The root, a folder of the system or a home, or everything in one of them. */
export function isRootOrHome(path: string): boolean {
  if (!path.startsWith('/') && !path.startsWith('~')) return false;
  const segments = posix
    .normalize(path)
    .split('/')
    .filter((segment) => segment !== '' && segment !== '.');
  while (segments.length > 0 && /[*?[{]/.test(segments.at(-1)!)) segments.pop();
  const plain = path.startsWith('/') ? `/${segments.join('/')}` : segments.join('/');
  return SYSTEM.test(plain) || HOMES.test(plain);
}

function isDevice(path: string): boolean {
  return /^\/(dev|proc|sys)\//.test(posix.normalize(path)) && !HARMLESS_DEVICE.test(posix.normalize(path));
}

function writesDevice(name: string, operands: readonly string[]): boolean {
  if (name === 'cat') return false;
  const written = name === 'tee' || name === 'shred' || name === 'truncate' ? operands : operands.slice(-1);
  return written.some(isDevice);
}

function ofRedirects(redirects: readonly ShellRedirect[]): string | undefined {
  for (const { target, direction } of redirects) {
    if (/^\/dev\/(tcp|udp)\//.test(target.prefix)) return 'a connection of the shell itself';
    if (direction === 'write' && isDevice(target.text)) return 'writing to a device';
  }
  return undefined;
}
