import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { configJsonSchema } from '../../cli/commands/schema.ts';
import { readPage } from '../support/docs-pages.ts';
import { exampleServer } from '../support/example-server.ts';
import { ROOT } from '../support/paths.ts';
import { Reader } from '../support/reader.ts';

const EXAMPLE = 'config.example.yaml';

/** The parts of JSON Schema that say which keys there are. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}

/** Every key the schema knows, as a path; elements of lists stand as `[]`. */
function known(schema: Schema, path = ''): string[] {
  if (schema.items !== undefined) return known(schema.items, `${path}[]`);
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) => {
    const here = path === '' ? key : `${path}.${key}`;
    return [here, ...known(inner, here)];
  });
}

/** Every key a config has, in the same form. */
function shown(value: unknown, path = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((entry) => shown(entry, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const here = path === '' ? key : `${path}.${key}`;
    return [here, ...shown(inner, here)];
  });
}

test('the example config shows every key the schema knows', () => {
  const keys = new Set(shown(parse(readPage(EXAMPLE))));
  const schema = known(configJsonSchema() as Schema);
  assert.ok(schema.includes('backends[].limits.max_json_depth'), 'the schema is read to its leaves');
  assert.deepEqual(
    schema.filter((key) => !keys.has(key)),
    [],
  );
});

test('the example config is short, validates without a warning and works with the servers it names', async (t) => {
  const reader = new Reader(t);
  const file = join(ROOT, EXAMPLE);
  assert.ok(readPage(EXAMPLE).split('\n').length < 130);
  const valid = await reader.type(`sallyport validate ${file}`);
  assert.deepEqual([valid.code, valid.stderr], [0, ''], valid.stderr);
  const unset = await reader.type(`GITHUB_TOKEN= sallyport validate ${file}`);
  assert.equal(unset.code, 2);
  assert.match(unset.stderr, /^error\[SP1004\] GITHUB_TOKEN: set it to a token that can only read$/m);
  const tried = reader.write('tried.yaml', (await exampleServer(t))(readPage(EXAMPLE)));
  const doctor = await reader.type(`sallyport doctor --json --config ${tried}`);
  const { ok, problems } = JSON.parse(doctor.stdout);
  assert.equal(ok, true, doctor.stdout);
  const idle = problems.filter(({ message }: { message: string }) => !message.includes(' of github'));
  assert.deepEqual(idle, [], 'every pattern matches a tool of the official servers');
});
