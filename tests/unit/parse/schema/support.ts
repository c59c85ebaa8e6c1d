import { type CompiledSchema, compileSchema, type SchemaFault } from '../../../../lib/parse/json-schema.ts';

/** What of `value` does not fit `schema`, both given as JSON text or as plain data. */
export async function faultIn(schema: unknown, value: unknown): Promise<SchemaFault | undefined> {
  const compiled: CompiledSchema = await compileSchema(plain(schema));
  return compiled.fault(plain(value), JSON.stringify(plain(value)).length);
}

export async function fits(schema: unknown, value: unknown): Promise<boolean> {
  return (await faultIn(schema, value)) === undefined;
}

/** As it comes from the wire: members called `__proto__` are members. */
function plain(value: unknown): unknown {
  return JSON.parse(typeof value === 'string' && /^[[{"]/.test(value) ? value : JSON.stringify(value));
}
