import type { Later } from './later.ts';

/** What the file system says of a path. All paths are absolute, with forward slashes on every platform. */
export interface FileFacts {
  /** The real path of its folder with its own name: where a new file would be, and the link itself where it is one. */
  readonly named: string;
  /** What it leads to in the end; the same as `named` unless it is a link. What does not exist leads to itself. */
  readonly real: string;
  readonly exists: boolean;
  /** `unknown` when it lies, or leads, where nothing is looked up; then the rest says no more than the text did. */
  readonly kind: 'file' | 'folder' | 'other' | 'nothing' | 'unknown';
  /** Bytes of a file. */
  readonly size: number;
  /** Names the file has. */
  readonly links: number;
  /** False only where names that differ in case alone are known to be different files. */
  readonly foldsCase: boolean;
}

/** Looks paths up without changing anything. Rejects or throws when it cannot be told in time, which denies. */
export interface Files {
  /** Lets paths in these folders be looked up; of all others nothing is asked. */
  admit(folders: readonly string[]): void;
  /** What stands at an absolute path, in which `..` is climbed as a file system does. */
  look(path: string): Later<FileFacts>;
  /** The text of a small file; undefined when it is not there, too large or not to be looked up. */
  text(path: string, maxBytes: number): Later<string | undefined>;
}

/** A path of which nothing was asked. */
export function unlooked(path: string): FileFacts {
  return { named: path, real: path, exists: false, kind: 'unknown', size: 0, links: 1, foldsCase: true };
}
