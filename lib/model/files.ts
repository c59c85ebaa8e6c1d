import type { Later } from './later.ts';

/** What the file system says of a path. All paths are absolute and in the form of the platform. */
export interface FileFacts {
  /** The real path of its folder with its own name: where a new file would be, and the link itself where it is one. */
  readonly named: string;
  /** What it leads to in the end; the same as `named` unless it is a link. What does not exist leads to itself. */
  readonly real: string;
  readonly exists: boolean;
  readonly kind: 'file' | 'folder' | 'other' | 'nothing';
  /** Bytes of a file. */
  readonly size: number;
  /** Names the file has. */
  readonly links: number;
}

/** Looks paths up without changing anything. Rejects or throws when it cannot be told in time, which denies. */
export interface Files {
  look(path: string): Later<FileFacts>;
}
