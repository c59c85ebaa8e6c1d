import type { Json } from '../model/json.ts';

/** What must be there for a case to mean anything: a tool of this kind. */
export const SLOTS = [
  /** It reads the file it is told to. */
  'path.read',
  /** It writes the file it is told to. */
  'path.write',
  'sql',
  'command',
  'url',
  /** It takes a text and hands it to somebody outside. */
  'text.out',
  /** Any tool that takes a text. */
  'text',
  /** Its replies hold what strangers wrote. */
  'untrusted',
  /** Any tool. */
  'any',
] as const;

export type Slot = (typeof SLOTS)[number];

/** What is done: a call, its reply, a definition, or a call after something was read. */
export const KINDS = ['call', 'reply', 'definition', 'flow'] as const;
export type CaseKind = (typeof KINDS)[number];

/** One attack, or a harmless twin of attacks. Texts may hold `<root>` and the like: see {@link Places}. */
export interface AttackCase {
  /** `category/name`. */
  readonly id: string;
  readonly category: string;
  readonly kind: CaseKind;
  readonly slot: Slot;
  readonly harmless: boolean;
  /** The argument of a call, the text of a reply; of a flow, what is sent at its end. */
  readonly value: string;
  /** Arguments of a call besides. */
  readonly also: Json;
  /** The definition that is offered, and the one that was approved before. */
  readonly offered: Json | undefined;
  readonly approved: Json | undefined;
  /** What must not come through; the value itself when undefined. */
  readonly needle: string | undefined;
  /** A piece of config by which it is contained, as one line of YAML; undefined for harmless cases. */
  readonly fix: string | undefined;
}

export interface Category {
  readonly name: string;
  /** What its attacks try, for people. */
  readonly about: string;
  readonly cases: readonly AttackCase[];
}
