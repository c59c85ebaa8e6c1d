import { isFileUri } from '../../parse/path/file-uri.ts';

/** Schemes whose addresses lead to other machines, or hold what they speak of. */
const ELSEWHERE: ReadonlySet<string> = new Set(['http:', 'https:', 'ws:', 'wss:', 'ftp:', 'ftps:', 'data:', 'mailto:']);

/**
 * Paths that the URI of a resource may stand for, in a scheme nobody here knows: many servers take what follows the
 * scheme for the name of a file. A host may be its first folder.
 */
export function pathsInUri(uri: string): readonly string[] {
  const plain = uri.trim();
  if (isFileUri(plain)) return [];
  if (!URL.canParse(plain)) return /^[/~]/.test(plain) ? [plain] : [];
  const { protocol, host, pathname } = new URL(plain);
  if (ELSEWHERE.has(protocol) || pathname.length <= 1) return [];
  const found = new Set<string>();
  for (const path of [pathname, decoded(pathname)]) {
    found.add(rooted(path));
    if (host !== '') found.add(rooted(host === '~' ? `~${path}` : `/${host}${path}`));
  }
  return [...found];
}

function rooted(path: string): string {
  return /^[/~]/.test(path) ? path.replace(/^\/+/, '/') : `/${path}`;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
