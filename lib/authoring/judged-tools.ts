import { namedKeys, pointerTo } from '../model/json-pointer.ts';
import type { ToolEffect } from '../model/rules.ts';
import type { ArgumentKind, ToolShape } from '../model/tool-shape.ts';
import { inferredArguments } from '../policy/inferred.ts';
import type { Ground } from './ground.ts';

/** How calls of a tool are judged, whatever they bring. */
export interface JudgedTool {
  /** `backend/tool`. */
  readonly tool: string;
  readonly effect: ToolEffect;
  /** The preset that knows the tool; undefined when its arguments are inferred from its schema. */
  readonly preset: string | undefined;
  readonly arguments: readonly { readonly kind: ArgumentKind; readonly at: string }[];
}

const KINDS: readonly ArgumentKind[] = ['paths', 'sql', 'commands', 'domains'];

/** What policy takes a tool and its arguments for, unless a rule names them. */
export function judgedTool(backend: string, name: string, shape: ToolShape, { book }: Ground): JudgedTool {
  const resource = { backend, type: 'tool', id: name } as const;
  const known = book.presetTool(resource);
  const inferred = inferredArguments(shape, `${backend} ${name}`);
  return {
    tool: `${backend}/${name}`,
    effect: book.effectOf(resource, shape),
    preset: known === undefined ? undefined : book.presetOf(backend)?.name,
    arguments: KINDS.flatMap((kind) => {
      const at = known === undefined ? inferred[kind] : (known.arguments?.[kind] ?? []);
      return at.map((pointer) => ({ kind, at: pointerTo(namedKeys(pointer)) }));
    }),
  };
}
