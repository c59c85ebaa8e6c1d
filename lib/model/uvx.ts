import { basename } from 'node:path';

/** What a `uvx` command line asks for. */
export interface UvxRequest {
  /** What stands before the package and is no source: switches, and what is installed beside it. */
  readonly options: readonly string[];
  /** The requirement that is installed. */
  readonly source: string;
  /** The program of it that is run. */
  readonly program: string;
  readonly args: readonly string[];
}

const SWITCHES = new Set(['-q', '--quiet', '--refresh', '--offline', '--verbose', '-v']);
const TAKES_VALUE = new Set(['-p', '--python', '--with', '-w', '--index', '--default-index', '-i', '--index-url']);
/** `name`, with extras and a version behind `@` or an operator. */
const NAMED = /^([A-Za-z0-9][A-Za-z0-9._-]*)(\[[A-Za-z0-9,._-]*\])?(?:@([^/:\\]*)|([=<>!~][^/:\\]*))?$/;

/** Reads a command line of `uvx` or `uv tool run`; undefined for any other, and for words that are not understood. */
export function parseUvx(command: string, args: readonly string[]): UvxRequest | undefined {
  const runner = basename(command);
  const isTool = runner === 'uv' && args[0] === 'tool' && args[1] === 'run';
  if (runner !== 'uvx' && !isTool) return undefined;
  const options: string[] = [];
  let from: string | undefined;
  let at = isTool ? 2 : 0;
  for (; args[at]?.startsWith('-'); at++) {
    const [option, joined] = args[at]!.startsWith('--') ? args[at]!.split(/=(.*)/s, 2) : [args[at]!];
    if (SWITCHES.has(option!)) options.push(option!);
    else if (option === '--from' || TAKES_VALUE.has(option!)) {
      const value = joined ?? args[++at];
      if (value === undefined) return undefined;
      if (option === '--from') from = value;
      else options.push(option!, value);
    } else return undefined;
  }
  const named = args[at];
  if (named === undefined) return undefined;
  const rest = args.slice(at + 1);
  if (from !== undefined) return { options, source: requirement(from) ?? from, program: named, args: rest };
  const source = requirement(named);
  return source === undefined ? undefined : { options, source, program: NAMED.exec(named)![1]!, args: rest };
}

/** `uvx` takes `name@1.2` and `name@latest`, where installers take `name==1.2` and `name`. */
function requirement(text: string): string | undefined {
  const [whole, name, extras = '', version, operator = ''] = NAMED.exec(text) ?? [];
  if (whole === undefined) return undefined;
  const wanted = version === undefined || version === 'latest' ? operator : `==${version}`;
  return `${name}${extras}${wanted}`;
}
