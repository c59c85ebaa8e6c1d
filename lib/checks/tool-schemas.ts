import { isPromise, type Later } from '../model/later.ts';
import type { ToolShape } from '../model/tool-shape.ts';
import { type CompiledSchema, compileSchema, SchemaError } from '../parse/json-schema.ts';

/** A schema to judge by, or why there is none. */
export type Judged = CompiledSchema | { readonly defect: string };

const COMPILED = new WeakMap<ToolShape, Judged>();

/** The schema of a tool, compiled when it is first needed and kept as long as the server lists the tool that way. */
export function schemaOf(shape: ToolShape): Later<Judged> {
  const known = COMPILED.get(shape);
  if (known !== undefined) return known;
  const found = compiled(shape);
  return isPromise(found) ? kept(shape, found) : keep(shape, found);
}

/** What could not be loaded is not kept, so the next call tries again. */
async function kept(shape: ToolShape, loading: Promise<Judged>): Promise<Judged> {
  return keep(shape, await loading);
}

function keep(shape: ToolShape, judged: Judged): Judged {
  COMPILED.set(shape, judged);
  return judged;
}

function compiled({ schema, defect }: ToolShape): Later<Judged> {
  if (defect !== undefined) return { defect };
  try {
    const made = compileSchema(schema);
    return isPromise(made) ? made.catch(defectOf) : made;
  } catch (error) {
    return defectOf(error);
  }
}

function defectOf(error: unknown): Judged {
  if (error instanceof SchemaError) return { defect: error.message };
  throw error;
}
