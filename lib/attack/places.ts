import type { Json } from '../model/json.ts';
import { SECRET_SHAPES } from './shapes-of-secrets.ts';

/** What `<root>` and the like stand for in one config. */
export interface Places {
  /** A folder the tool may work in. */
  readonly root: string;
  readonly home: string;
  /** A host the tool may reach. */
  readonly host: string;
  /** A table that may be read. */
  readonly table: string;
  /** A command that may be run. */
  readonly command: string;
  /** A tool of another backend, or of this one where there is no other. */
  readonly neighbour: string;
}

const PLACE = /<(root|home|host|table|command|neighbour|secret:(\w+)|hidden:([^>]*)|spaced:([^>]*)|base64:([^>]*))>/g;

/** Puts places, new secrets and texts in disguise into what a case says; one secret for each kind. */
export function filler(places: Places): (text: string) => string {
  const secrets = new Map<string, string>();
  const secret = (kind: string): string => {
    if (!secrets.has(kind)) secrets.set(kind, SECRET_SHAPES[kind]!());
    return secrets.get(kind)!;
  };
  return (text) =>
    text.replace(PLACE, (_, name: string, kind?: string, hidden?: string, spaced?: string, coded?: string) => {
      if (kind !== undefined) return secret(kind);
      // Characters of the tag block stand for ASCII and are drawn by nothing.
      if (hidden !== undefined)
        return [...hidden].map((letter) => String.fromCodePoint(0xe0000 + letter.charCodeAt(0))).join('');
      if (spaced !== undefined) return [...spaced].join('\u200b');
      if (coded !== undefined) return Buffer.from(coded).toString('base64');
      return places[name as keyof Places];
    });
}

/** The same for every text in a value, names included. */
export function filled(value: unknown, fill: (text: string) => string): unknown {
  if (typeof value === 'string') return fill(value);
  if (Array.isArray(value)) return value.map((one) => filled(one, fill));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value as Json).map(([key, inner]) => [fill(key), filled(inner, fill)]));
}
