import type { Form, RecordedTool } from '../../tests/support/registry/recorded-tools.ts';

/** A tool as a server lists it. */
export interface ListedTool {
  readonly name: string;
  readonly inputSchema: Schema;
  readonly annotations?: Readonly<Record<string, unknown>>;
}

interface Schema {
  readonly type?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

/** Names, types and hints of a tool; its prose is its authors'. */
export function reduced({ inputSchema, annotations = {} }: ListedTool): RecordedTool {
  const form = formOf({ type: 'object', properties: {}, ...inputSchema });
  const hints = Object.entries(annotations).filter(
    (entry): entry is [string, boolean] => typeof entry[1] === 'boolean',
  );
  return {
    arguments: form as Readonly<Record<string, Form>>,
    required: [...(inputSchema.required ?? [])].sort(),
    annotations: Object.fromEntries(hints.sort(([a], [b]) => (a < b ? -1 : 1))),
  };
}

function formOf({ type, properties, items }: Schema): Form {
  if (properties !== undefined) {
    return Object.fromEntries(Object.entries(properties).map(([name, inner]) => [name, formOf(inner)]));
  }
  if (type === 'array') return [formOf(items ?? {})];
  return typeof type === 'string' ? type : 'any';
}
