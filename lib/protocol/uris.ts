/** A URI begins with a scheme; anything else cannot be told apart once it is prefixed. */
const ABSOLUTE = /^[a-z][a-z0-9+.-]*:/i;
const UI = 'ui://';

/**
 * First halves of schemes with a `+` that other programs act on. A backend of such a name would turn
 * `https://…` into `git+https://…`, which package managers open.
 */
export const KNOWN_COMPOUND_SCHEMES: ReadonlySet<string> = new Set(
  'git svn hg bzr coap coaps web stratum pkcs11 ws wss http https view mongodb postgresql mysql redis sqlite jdbc'.split(
    ' ',
  ),
);

/**
 * Puts the backend's name into a URI: `files` and `file:///a` give `files+file:///a`, which stays a valid URI
 * (RFC 3986 allows `+` in a scheme). Hosts look for the scheme `ui`, so there the name goes into the authority.
 */
export function exposedUri(backend: string, uri: string): string {
  return uri.startsWith(UI) ? `${UI}${backend}+${uri.slice(UI.length)}` : `${backend}+${uri}`;
}

/** The backend and its own URI behind an exposed one; undefined when no configured backend is named in it. */
export function resolveUri(
  exposed: string,
  backends: readonly string[],
): { readonly backend: string; readonly uri: string } | undefined {
  const ui = exposed.startsWith(UI);
  const rest = ui ? exposed.slice(UI.length) : exposed;
  for (const backend of backends) {
    if (!rest.startsWith(`${backend}+`)) continue;
    const inner = rest.slice(backend.length + 1);
    return { backend, uri: ui ? UI + inner : inner };
  }
  return undefined;
}

export function isAbsoluteUri(uri: string): boolean {
  return ABSOLUTE.test(uri);
}

/** Whether an update of `uri` concerns one of `watched`: it may be of something that lies below. */
export function covers(watched: Iterable<string>, uri: string): boolean {
  for (const one of watched) if (uri === one || uri.startsWith(one.endsWith('/') ? one : `${one}/`)) return true;
  return false;
}
