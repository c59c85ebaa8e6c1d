/** Where a text that names a path is read: by which rules, from which folder, and whose home `~` is. */
export interface PathPlace {
  readonly platform: 'posix' | 'windows';
  /** Absolute, with forward slashes on every platform; undefined when nobody knows it. */
  readonly home: string | undefined;
  /** What relative paths start from: absolute, with forward slashes. */
  readonly base: string;
}

/** How the text said it, so that an edit can say it in the same way. */
export type PathForm = 'absolute' | 'relative' | 'home' | 'file-uri';

/** A text that names one path. */
export interface NamedPath {
  readonly ok: true;
  readonly form: PathForm;
  /** Absolute and normalised: no `.`, no `..`, single forward slashes, none at the end. */
  readonly path: string;
  /**
   * The same before `..` was taken away, when there was one: a file system that meets a link on the way climbs from
   * where the link leads, so the two may be different files.
   */
  readonly climbing: string | undefined;
  /** It ended in a slash, which asks for a folder. */
  readonly slash: boolean;
  /** It begins like a URL of another scheme; a server that opens files reads it as a relative path. */
  readonly foreign: boolean;
}

/** A text no rule can be put to; `why` is safe to print and quotes nothing of it. */
export interface MalformedPath {
  readonly ok: false;
  readonly why: string;
}

export function malformed(why: string): MalformedPath {
  return { ok: false, why };
}
