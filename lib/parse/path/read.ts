import { characterFault, nameFault } from './characters.ts';
import { isFileUri, isOtherUrl, pathOfFileUri } from './file-uri.ts';
import { type MalformedPath, malformed, type NamedPath, type PathForm, type PathPlace } from './named-path.ts';
import { readWindowsPath, windowsNameFault } from './windows.ts';

/**
 * The path a text names, found from the text alone: nothing is asked of the file system. What two programs could
 * read in two ways is refused.
 */
export function readPath(text: string, place: PathPlace): NamedPath | MalformedPath {
  const fault = characterFault(text);
  if (fault !== undefined) return malformed(fault);
  if (!isFileUri(text)) return readPlain(text, place, undefined);
  const decoded = pathOfFileUri(text);
  if (typeof decoded !== 'string') return decoded;
  const hidden = characterFault(decoded);
  if (hidden !== undefined) return malformed(hidden);
  return readPlain(place.platform === 'windows' ? decoded.replace(/^\/(?=[a-z]:)/i, '') : decoded, place, 'file-uri');
}

function readPlain(text: string, place: PathPlace, form: PathForm | undefined): NamedPath | MalformedPath {
  if (form === undefined && text.startsWith('~')) return readHome(text, place);
  return place.platform === 'windows' ? readWindows(text, place, form) : readPosix(text, place, form);
}

/** Only one's own home: whose home `~name` is would have to be asked of the system. */
function readHome(text: string, place: PathPlace): NamedPath | MalformedPath {
  const rest = text.slice(1);
  const parted = rest === '' || rest.startsWith('/') || (place.platform === 'windows' && rest.startsWith('\\'));
  if (!parted) return malformed("it names another user's home");
  if (place.home === undefined) return malformed('it names a home folder nobody knows');
  return readPlain(place.home + rest, place, 'home');
}

function readPosix(text: string, place: PathPlace, form: PathForm | undefined): NamedPath | MalformedPath {
  if (text.includes('\\')) return malformed('it holds a backslash');
  if (/^[a-z]:(?:\/|$)/i.test(text)) return malformed('it is a Windows path');
  if (text.startsWith('/')) return joined('', text, form ?? 'absolute', text, nameFault);
  return joined('', `${place.base}/${text}`, 'relative', text, nameFault);
}

function readWindows(text: string, place: PathPlace, form: PathForm | undefined): NamedPath | MalformedPath {
  const read = readWindowsPath(text);
  if (!('rest' in read)) return read;
  const fault = (name: string) => nameFault(name) ?? windowsNameFault(name);
  if (read.drive !== undefined) return joined(`${read.drive}:`, read.rest, form ?? 'absolute', read.rest, fault);
  const base = readWindowsPath(place.base) as { drive: string; rest: string };
  return joined(`${base.drive}:`, `${base.rest}/${read.rest}`, 'relative', read.rest, fault);
}

/** Puts the names together again; `..` takes the name before it away, and at the top nothing. */
function joined(
  drive: string,
  path: string,
  form: PathForm,
  written: string,
  faultOf: (name: string) => string | undefined,
): NamedPath | MalformedPath {
  const kept: string[] = [];
  let climbs = false;
  for (const name of path.split('/')) {
    if (name === '' || name === '.') continue;
    if (name === '..') {
      climbs = true;
      kept.pop();
      continue;
    }
    const fault = faultOf(name);
    if (fault !== undefined) return malformed(fault);
    kept.push(name);
  }
  return {
    ok: true,
    form,
    path: `${drive}/${kept.join('/')}`,
    climbing: climbs ? `${drive}${path}` : undefined,
    slash: /[^/]\/+\.?$/.test(written),
    foreign: isOtherUrl(written),
  };
}
