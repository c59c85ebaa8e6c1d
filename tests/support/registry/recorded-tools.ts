import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';

/** Arguments without their prose: a type's name, a list of such a form, or members of such forms. */
export type Form = string | readonly Form[] | { readonly [name: string]: Form };

/** What a package says of one of its tools. */
export interface RecordedTool {
  readonly arguments: Readonly<Record<string, Form>>;
  readonly required: readonly string[];
  readonly annotations: Readonly<Record<string, boolean>>;
}

export interface RecordedServer {
  readonly version: string;
  readonly tools: Readonly<Record<string, RecordedTool>>;
}

/** By package: `tests/fixtures/presets/NAME.json`, as `npm run presets` writes it. */
export type PresetRecord = Readonly<Record<string, RecordedServer>>;

export function recordFile(preset: string): string {
  return join(ROOT, 'tests', 'fixtures', 'presets', `${preset}.json`);
}

/** What the packages of a preset offered when they were last looked at. */
export function recordOf(preset: string): PresetRecord {
  const file = recordFile(preset);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
}

/** A JSON Schema that says as much as the record does. */
export function schemaOf(form: Form | undefined): Record<string, unknown> {
  if (form === undefined || form === 'any') return {};
  if (typeof form === 'string') return { type: form };
  if (Array.isArray(form)) return { type: 'array', items: schemaOf(form[0]) };
  const members = Object.entries(form as Readonly<Record<string, Form>>);
  return { type: 'object', properties: Object.fromEntries(members.map(([name, inner]) => [name, schemaOf(inner)])) };
}
