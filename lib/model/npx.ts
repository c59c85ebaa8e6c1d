import { basename } from 'node:path';

/** What an `npx` command line asks for. */
export interface NpxRequest {
  readonly packages: readonly NpxPackage[];
  /** The binary to run; undefined when the package's own default is meant. */
  readonly binary: string | undefined;
  readonly args: readonly string[];
}

export interface NpxPackage {
  readonly spec: string;
  readonly name: string;
  /** The version after the `@`, exact or not; empty when none was given. */
  readonly version: string;
}

const EXACT = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;
const REGISTRY_SPEC = /^((?:@[a-z0-9~][a-z0-9._~-]*\/)?[a-z0-9~][a-z0-9._~-]*)(?:@([^/:]*))?$/i;
const YES = new Set(['-y', '--yes', '-q', '--quiet']);

export function isNpx(command: string): boolean {
  return /^npx(?:\.cmd|\.exe|\.ps1)?$/i.test(basename(command));
}

export function isExact(version: string): boolean {
  return EXACT.test(version);
}

/** Reads `npx` arguments; undefined when they hold anything but packages from a registry and `-y`, `-q`, `-p`. */
export function parseNpx(args: readonly string[]): NpxRequest | undefined {
  const packages: NpxPackage[] = [];
  let at = 0;
  for (; at < args.length && args[at]!.startsWith('-'); at++) {
    const arg = args[at]!;
    if (YES.has(arg)) continue;
    if (arg === '--') {
      at++;
      break;
    }
    const value = arg.startsWith('--package=') ? arg.slice(10) : /^(-p|--package)$/.test(arg) ? args[++at] : undefined;
    const found = value === undefined ? undefined : parseSpec(value);
    if (found === undefined) return undefined;
    packages.push(found);
  }
  const first = args[at];
  if (first === undefined) return undefined;
  const rest = args.slice(at + 1);
  if (packages.length > 0) return { packages, binary: first, args: rest };
  const named = parseSpec(first);
  return named && { packages: [named], binary: undefined, args: rest };
}

function parseSpec(spec: string): NpxPackage | undefined {
  const match = REGISTRY_SPEC.exec(spec);
  return match ? { spec, name: match[1]!, version: match[2] ?? '' } : undefined;
}
