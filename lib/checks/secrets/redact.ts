import type { PlaceholderMemory } from '../../model/placeholder-memory.ts';
import type { Cut, Payload } from '../../wire/payload.ts';
import { bytesOfUnits, eachString } from '../../wire/strings-in.ts';
import { decodeString } from '../../wire/walk.ts';
import type { Held } from './held.ts';

/** What stands where a secret stood. */
export function placeholder({ family, kind }: Held, tag?: string): string {
  return `[${family}:${kind}${tag === undefined ? '' : `#${tag}`}]`;
}

/** `body` with placeholders in place of what it holds, and every other byte as it was. */
export function redacted(body: Payload, held: readonly Held[], put: (one: Held) => string): Payload {
  const cuts = held.map((one): Cut => ({ start: one.start, end: one.end, text: put(one) }));
  return body.splice(cuts.sort((a, b) => a.start - b.start));
}

const TAGGED = /\[secret:[a-z0-9-]{1,60}#([a-z2-7]{16})\]/g;

/** Placeholders in one message, by what is known of them. */
export interface Tagged {
  /** Where they go back as what they stand for. */
  readonly cuts: readonly Cut[];
  /** Pointer to the first that may not. */
  readonly stray: string | undefined;
}

/** Looks for placeholders with tags in what is sent; `placeOf` says where a pointer of it lies for the memory. */
export function taggedIn(
  body: Payload,
  memory: PlaceholderMemory,
  scope: string,
  pointerOf: (keys: readonly string[]) => string,
  placeOf: (pointer: string) => string,
): Tagged {
  const cuts: Cut[] = [];
  let stray: string | undefined;
  const bytes = body.bytes();
  // A bracket can be written as an escape, so that one is looked at as well.
  if (!body.includes('[secret:') && !body.includes('\\u')) return { cuts, stray };
  eachString(bytes, (string) => {
    const text = decodeString(bytes, string.start, string.end);
    for (const match of text.matchAll(TAGGED)) {
      const pointer = pointerOf(string.keys());
      const secret = string.isKey ? undefined : memory.secretOf(scope, match[1]!, placeOf(pointer));
      if (secret === undefined) {
        stray ??= pointer;
        continue;
      }
      const edges = bytesOfUnits(bytes, string.start, [match.index, match.index + match[0].length]);
      cuts.push({ start: edges[0]!, end: edges[1]!, text: JSON.stringify(secret).slice(1, -1) });
    }
  });
  return { cuts, stray };
}
