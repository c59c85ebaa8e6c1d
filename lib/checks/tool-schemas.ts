import { isPromise, type Later } from '../model/later.ts';
import type { ToolShape } from '../model/tool-shape.ts';
import { type CompiledSchema, compileSchema, SchemaError } from '../parse/json-schema.ts';

/** A schema to judge by, or why there is none. */
export type Judged = CompiledSchema | { readonly defect: string };

const COMPILED = new WeakMap<ToolShape, Later<Judged>>();

/** The schema of a tool, compiled when it is first needed and kept as long as the server lists the tool that way. */
export function schemaOf(shape: ToolShape): Later<Judged> {
  let found = COMPILED.get(shape);
  if (found === undefined) {
    found = compiled(shape);
    COMPILED.set(shape, found);
    if (isPromise(found)) keep(shape, found);
  }
  return found;
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

/** Who comes after it was loaded need not wait; what could not be loaded is tried again. */
function keep(shape: ToolShape, loading: Promise<Judged>): void {
  loading.then(
    (ready) => COMPILED.set(shape, ready),
    () => COMPILED.delete(shape),
  );
}

function defectOf(error: unknown): Judged {
  if (error instanceof SchemaError) return { defect: error.message };
  throw error;
}
