import { type MalformedPath, malformed } from './named-path.ts';

const DRIVE = /^([a-z]):/i;
const RESERVED = /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\.|$)/i;
const SHORT_NAME = /~[0-9]/;
const FORBIDDEN = /[<>"|?*]/;

/** A drive letter with the absolute path on it, or a relative path; forward slashes throughout. */
export interface WindowsPath {
  readonly drive: string | undefined;
  readonly rest: string;
}

/**
 * Takes apart a path by the rules of Win32 (Microsoft, "Naming Files, Paths, and Namespaces"): both slashes part
 * names; network and device paths, paths of a drive's current folder and paths without a drive are refused, because
 * what they name depends on more than the text.
 */
export function readWindowsPath(text: string): WindowsPath | MalformedPath {
  const path = text.replaceAll('\\', '/');
  if (path.startsWith('//')) return malformed('it is a network or device path');
  const drive = DRIVE.exec(path)?.[1]?.toUpperCase();
  const rest = drive === undefined ? path : path.slice(2);
  if (drive !== undefined && !rest.startsWith('/')) return malformed('it is relative to the current folder of a drive');
  if (drive === undefined && rest.startsWith('/')) return malformed('it is absolute and names no drive');
  return { drive, rest };
}

/** Why one name of a Windows path is refused: Win32 would open another file than the name says. */
export function windowsNameFault(name: string): string | undefined {
  if (name === '.' || name === '..') return undefined;
  if (name.includes(':')) return 'it names an alternate data stream';
  if (/[. ]$/.test(name)) return 'it holds a name that ends in a dot or a space';
  if (RESERVED.test(name.trimEnd())) return 'it holds the name of a device';
  if (SHORT_NAME.test(name)) return 'it holds a short (8.3) name';
  return FORBIDDEN.test(name) ? 'it holds a character no Windows name may hold' : undefined;
}
