import type { ItemKind } from '../model/registry.ts';
import type { OfferedItem, RefusedItem } from '../registry/offered.ts';

/** How a server would be reached: by a command, or by a URL. */
export interface Launch {
  readonly command: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string | undefined;
  readonly url: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
}

/** A server that is looked at. */
export interface Subject {
  readonly backend: string;
  /** The file that names it; undefined for a command line. */
  readonly file: string | undefined;
  readonly launch: Launch;
  /** Everything it listed; empty when it was not started. */
  readonly definitions: readonly OfferedItem[];
  /** What it listed and nobody can read for sure. */
  readonly refused: readonly RefusedItem[];
}

/** What a finding is about: a definition, how the server is launched, or the server as a whole. */
export type FoundIn = ItemKind | 'launch' | 'server';
