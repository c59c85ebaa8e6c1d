import { type MalformedPath, malformed } from './named-path.ts';

const FILE_SCHEME = /^file:/i;
const OTHER_SCHEME = /^[a-z][a-z0-9+.-]+:\/\//i;
const AUTHORITY = /^file:\/\/([^/]*)(\/.*)$/i;
/** RFC 8089 appendix B: no authority at all. */
const NO_AUTHORITY = /^file:(\/(?!\/).*)$/i;

/** Whether `text` is meant as a `file:` URI, in whatever spelling. */
export function isFileUri(text: string): boolean {
  return FILE_SCHEME.test(text);
}

/** Whether `text` begins like a URL that is no `file:` URI. */
export function isOtherUrl(text: string): boolean {
  return OTHER_SCHEME.test(text);
}

/** The path a `file:` URI names on this machine (RFC 8089), percent escapes decoded. */
export function pathOfFileUri(uri: string): string | MalformedPath {
  if (/[?#]/.test(uri)) return malformed('it is a file URI with a query or a fragment');
  const [, authority = '', path = ''] = AUTHORITY.exec(uri) ?? [];
  const found = path === '' ? NO_AUTHORITY.exec(uri)?.[1] : path;
  if (found === undefined) return malformed('it is a file URI without an absolute path');
  if (authority !== '' && authority.toLowerCase() !== 'localhost') return malformed('it is a file URI of another host');
  try {
    return decodeURIComponent(found);
  } catch {
    return malformed('it is a file URI with broken percent escapes');
  }
}

/** The `file:` URI of an absolute path with forward slashes, the way `pathToFileURL` writes it. */
export function fileUriOf(path: string): string {
  const absolute = path.startsWith('/') ? path : `/${path}`;
  return `file://${encodeURI(absolute).replace(/[?#]/g, encodeURIComponent)}`;
}
