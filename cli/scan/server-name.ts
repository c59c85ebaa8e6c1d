import { basename } from 'node:path';
import { parseContainerRun } from '../../lib/model/container-run.ts';
import { isNpx, parseNpx } from '../../lib/model/npx.ts';

const LAUNCHERS = /^(?:uvx|bunx|pnpx|node|python3?|deno)$/;
const CONTAINERS = /^(?:docker|podman)$/;
const MOST_LETTERS = 32;

/** The name of a wrapped server in policy and log: its package's or image's base name, or its program's. */
export function serverName(command: string, args: readonly string[]): string {
  const plain = basename(whatRuns(command, args))
    .replace(/[@:].*$/, '')
    .replace(/\.[a-z]{1,4}$/i, '');
  const name = plain
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, MOST_LETTERS)
    .replace(/-+$/, '');
  return name === '' ? 'server' : name;
}

function whatRuns(command: string, args: readonly string[]): string {
  const program = basename(command);
  if (isNpx(command)) return parseNpx(args)?.packages[0]?.name ?? command;
  if (CONTAINERS.test(program)) return parseContainerRun(args)?.image ?? command;
  if (LAUNCHERS.test(program)) return script(args) ?? command;
  return command;
}

/** The script or package a launcher runs; undefined when the program itself stands among its arguments. */
function script(args: readonly string[]): string | undefined {
  const at = args.findIndex((arg) => !arg.startsWith('-'));
  return at > 0 && /^(?:-[a-z]*[cep]|--eval|--print)$/.test(args[at - 1]!) ? undefined : args[at];
}
