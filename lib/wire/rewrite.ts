import type { Cut, Payload } from './payload.ts';
import { children, decodeString } from './walk.ts';

/** Keys from the top of a value down; `*` stands for every member or element. */
export type Path = readonly string[];

/**
 * Replaces the string values at `paths` by what `change` makes of them (undefined leaves one alone), where
 * they stand in the original bytes. `hint` is raw text without which there is nothing to do, so that big
 * bodies are not walked for nothing; a key spelt with escapes hides from it, so those bodies are walked as well.
 */
export function rewriteStrings(
  body: Payload,
  paths: readonly Path[],
  hint: string,
  change: (value: string) => string | undefined,
): Payload {
  if (!body.includes(hint) && !body.includes('\\u')) return body;
  const cuts: Cut[] = [];
  collect(body.bytes(), 0, paths, change, cuts);
  return body.splice(cuts);
}

function collect(
  bytes: Buffer,
  at: number,
  paths: readonly Path[],
  change: (value: string) => string | undefined,
  cuts: Cut[],
): void {
  for (const { key, start, end } of children(bytes, at)) {
    const here = paths.filter(([first]) => first === key || first === '*');
    if (bytes[start] !== 0x22) {
      const deeper = here.filter((path) => path.length > 1).map((path) => path.slice(1));
      if (deeper.length > 0) collect(bytes, start, deeper, change, cuts);
    } else if (here.some((path) => path.length === 1)) {
      const changed = change(decodeString(bytes, start, end));
      if (changed !== undefined) cuts.push({ start, end, text: JSON.stringify(changed) });
    }
  }
}

/** The value at `path` in `body`, when there is one. */
export function valueAt(body: Payload, path: Path): Payload | undefined {
  const bytes = body.bytes();
  let at = 0;
  let end = bytes.length;
  for (const key of path) {
    const child = children(bytes, at).find((member) => member.key === key);
    if (child === undefined) return undefined;
    at = child.start;
    end = child.end;
  }
  return body.slice(at, end);
}
