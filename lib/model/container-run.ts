/** Options of `docker run` that take no value. */
const SWITCHES = new Set([
  '--detach',
  '--init',
  '--interactive',
  '--no-healthcheck',
  '--oom-kill-disable',
  '--privileged',
  '--publish-all',
  '--quiet',
  '--read-only',
  '--rm',
  '--tty',
]);
const SHORT_SWITCHES = /^-[itdPq]+$/;
/** A short option that takes a value, with the value attached. */
const ATTACHED = /^-[aceghlmpuvw][^-].*$/;

export interface ContainerRun {
  /** What stands before `run`: the program's own options, with their values, or `container`. */
  readonly before: readonly string[];
  readonly options: readonly string[];
  readonly image: string;
}

/** Reads `docker run [options] IMAGE [command]`; undefined when the arguments are of another kind. */
export function parseContainerRun(args: readonly string[]): ContainerRun | undefined {
  const start = args.indexOf('run');
  if (start === -1) return undefined;
  let at = start + 1;
  while (at < args.length && args[at]!.startsWith('-')) at += takesNext(args[at]!) ? 2 : 1;
  const image = args[at];
  return image === undefined ? undefined : { before: args.slice(0, start), options: args.slice(start + 1, at), image };
}

/** Every option has its value in the next argument, unless it is known to take none, or brings it along. */
function takesNext(option: string): boolean {
  if (option.startsWith('--')) return !SWITCHES.has(option) && !option.includes('=');
  return !SHORT_SWITCHES.test(option) && !ATTACHED.test(option);
}
