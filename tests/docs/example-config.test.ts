import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { parse } from 'yaml';
import { configJsonSchema } from '../../cli/commands/schema.ts';
import { exampleServer } from '../support/docs/example-server.ts';
import { readPage } from '../support/docs/pages.ts';
import { Reader } from '../support/docs/reader.ts';
import { ROOT } from '../support/paths.ts';

const EXAMPLE = 'config.example.yaml';

/** Words of other tools, which docs/from-other-tools.md shows; nobody should write them anew. */
const ALIASES =
  /^(auth|injection|metrics\.port|security\.auth\.enabled|audit\.(destination|file_path|redact_secrets)|policies\.tools\.\*\.(allow|allowed_dirs|allowed_commands|max_path_depth|read_only))\b/;
/** Rules of one agent are rules as everywhere, each rate has the same keys, and docs/credentials.md, docs/detectors.md, docs/identity.md and docs/metrics.md show their own. */
const SHOWN_ELSEWHERE =
  /^metrics\.token$|^security\.injection\.(?:detectors|classifier)\b|^policies\.agents\.\*\.tools\.\*\.|^(?!rate_limit\.).*\brate_limit\.|\.credentials\.variables\.\*\.(?:file|command|keychain(?:\.\w+)?|hosts|like)$|\.credentials\.(?:issuer|token_url|client_\w+|private_key_file|resource|subject_token_type|redirect_port)$|\.credentials\.(?:assertion|identity_provider)\b|^security\.auth\.(?:jwt\[\]|jwt\.(?:jwks_file|secret|secret_file)$|oauth\.introspection)/;

/** The parts of JSON Schema that say which keys there are. */
interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

/** Every key the schema knows, as a path; elements of lists stand as `[]`, keys of one's own as `*`. */
function known({ properties = {}, additionalProperties: any, items, anyOf = [] }: Schema, path = ''): string[] {
  if (items !== undefined) return known(items, `${path}[]`);
  const named = Object.entries(properties).flatMap(([key, inner]) => {
    const here = path === '' ? key : `${path}.${key}`;
    return [here, ...known(inner, here)];
  });
  const own = Object.keys(properties).length === 0 && typeof any === 'object' ? known(any, `${path}.*`) : [];
  return [...named, ...own, ...anyOf.flatMap((one) => known(one, path))];
}

/** Whether the config has a key the path is about. */
function isShown(value: unknown, path: string): boolean {
  if (path === '') return true;
  const [, list, key, rest = ''] = /^(?:(\[\])|\.?([^.[]+))(.*)$/.exec(path)!;
  if (list !== undefined) return Array.isArray(value) && value.some((entry) => isShown(entry, rest));
  if (typeof value !== 'object' || value === null) return false;
  if (key === '*') return Object.values(value).some((inner) => isShown(inner, rest));
  return Object.hasOwn(value, key!) && isShown((value as Record<string, unknown>)[key!], rest);
}

test('the example config shows every key the schema knows', () => {
  const config = parse(readPage(EXAMPLE));
  const schema = known(configJsonSchema() as Schema).filter(
    (path) => !ALIASES.test(path) && !SHOWN_ELSEWHERE.test(path),
  );
  for (const leaf of ['backends[].limits.max_json_depth', 'policies.tools.*.paths.max_depth', 'costs.*.usd_per_call'])
    assert.ok(schema.includes(leaf), `the schema is read to its leaves: ${leaf}`);
  assert.deepEqual(
    schema.filter((path) => !isShown(config, path)),
    [],
  );
});

test('the example config is short, validates without a warning and works with the servers it names', async (t) => {
  const reader = new Reader(t);
  const file = join(ROOT, EXAMPLE);
  assert.ok(readPage(EXAMPLE).split('\n').length < 450);
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
