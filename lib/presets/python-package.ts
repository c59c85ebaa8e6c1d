import type { LaunchedPackage } from './preset.ts';

/** A requirement of the form `name[extra]==1.2`, or `name@1.2` as `uvx` takes it; no address, no file. */
const REQUIREMENT = /^([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)(?:\[[A-Za-z0-9,._-]*\])?(?:[=<>!~@][^/:\\]*)?$/;
const SWITCHES = new Set(['-q', '--quiet', '--offline', '--refresh', '-n', '--no-cache', '--isolated', '--verbose']);
/** What is installed beside the package, and for which Python. */
const TAKES_VALUE = new Set(['-p', '--python', '--with', '-w']);
const SOURCES = new Set(['--from', '--spec']);

/** How the runners of Python packages begin. */
const RUNNERS: Readonly<Record<string, readonly string[]>> = { uvx: [], uv: ['tool', 'run'], pipx: ['run'] };

/** The package `uvx`, `uv tool run` or `pipx run` starts; undefined unless every word before it is understood. */
export function pythonPackage(runner: string, args: readonly string[]): LaunchedPackage | undefined {
  const beginning = Object.hasOwn(RUNNERS, runner) ? RUNNERS[runner]! : undefined;
  if (beginning?.every((word, at) => args[at] === word) !== true) return undefined;
  let source: string | undefined;
  let at = beginning.length;
  for (; args[at]?.startsWith('-'); at++) {
    const [option, value] = halves(args[at]!);
    if (SWITCHES.has(option) && value === undefined) continue;
    if (TAKES_VALUE.has(option) || SOURCES.has(option)) {
      const given = value ?? args[++at];
      if (SOURCES.has(option)) source = given;
      continue;
    }
    return undefined;
  }
  const named = args[at];
  if (named === undefined) return undefined;
  const name = packageName(source ?? named);
  return name === undefined ? undefined : { name: `pypi:${name}`, program: source === undefined ? undefined : named };
}

function halves(option: string): [option: string, value: string | undefined] {
  const equals = option.startsWith('--') ? option.indexOf('=') : -1;
  return equals === -1 ? [option, undefined] : [option.slice(0, equals), option.slice(equals + 1)];
}

/** PyPI takes letters of either case, and `-`, `_` and `.` for one another (PEP 503). */
function packageName(requirement: string): string | undefined {
  const name = REQUIREMENT.exec(requirement)?.[1];
  return name?.toLowerCase().replace(/[-_.]+/g, '-');
}
