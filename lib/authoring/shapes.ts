import { asObject } from '../model/json.ts';
import type { ToolShape } from '../model/tool-shape.ts';
import { schemaDefect } from '../parse/json-schema.ts';
import { QuestionError } from './question.ts';
import type { RecordedCall } from './recorded.ts';

/** What servers say of their tools, as far as it is known. */
export type Shapes = (backend: string, tool: string) => ToolShape | undefined;

export const NO_SHAPES: Shapes = () => undefined;

/** Shapes by backend and tool. */
export function shapesOf(tools: ReadonlyMap<string, ReadonlyMap<string, ToolShape>>): Shapes {
  return (backend, tool) => tools.get(backend)?.get(tool);
}

/** Codes that follow from the schema of a tool, and baseline rules that follow from what it says it does. */
const OF_SCHEMAS = /^SP304[1346]$/;
const OF_ANNOTATIONS =
  /^policies\.baseline\.(?:write_tools|destructive_tools|unjudged_arguments|undeclared_arguments)$/;

/** Whether a decision followed from what the server said of the tool, which no record holds. */
export function followsFromShape({ code, rule }: Pick<RecordedCall, 'code' | 'rule'>): boolean {
  return OF_SCHEMAS.test(code ?? '') || OF_ANNOTATIONS.test(rule ?? '');
}

/** The shape of a tool in a file: its `inputSchema`, the tool itself, or a whole answer to `tools/list`. */
export function shapeIn(text: string, tool: string): ToolShape {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new QuestionError(`the schema is no JSON: ${(error as Error).message}`);
  }
  const top = asObject(value);
  const result = asObject(top?.result) ?? top;
  const listed = Array.isArray(result?.tools) ? result.tools.map(asObject) : undefined;
  const found = listed === undefined ? top : listed.find((one) => one?.name === tool);
  if (found === undefined) throw new QuestionError(`the schema says nothing of a tool called "${tool}"`);
  const schema = asObject(found.inputSchema) ?? (listed === undefined ? found : {});
  return { schema, annotations: asObject(found.annotations) ?? {}, defect: schemaDefect(schema) };
}
