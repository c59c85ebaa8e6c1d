import { isReadableOnTheWay } from '../../model/loopback.ts';
import { isExact, isNpx, parseNpx } from '../../model/npx.ts';
import { KNOWN_COMPOUND_SCHEMES } from '../../protocol/uris.ts';
import type { Layer } from '../files/reading.ts';
import type { Overrides } from '../overrides.ts';
import type { Problem } from '../problems.ts';
import type { RawBackend } from '../schema/schema.ts';
import {
  credentialOf,
  headerNamesSecret,
  looksOpaque,
  namesSecret,
  querySecrets,
  secretsIn,
} from '../words/secret-looks.ts';

/** The folder one stands in is not searched, which is easily forgotten. */
const NO_FILE = 'No config file was found: name one with `--config FILE`, or write one with `sallyport init`.';

const UNTRUSTED = 'The config of the project is not trusted: read it, then run `sallyport trust`.';

/** Faults of the list of backends: that there are none, their names, what one layer forbids another, and what is launched unsafely. */
export function checkBackends(layers: readonly Layer[], overrides: Overrides): Problem[] {
  const problems = layers.flatMap(duplicates);
  const backends =
    overrides.only === undefined
      ? layers.flatMap((layer) => (layer.config.backends ?? []).map((backend, index) => ({ backend, index, layer })))
      : [];
  const several = new Set(backends.map(({ backend }) => backend.name)).size > 1;
  const believed = layers.filter(({ source }) => source.untrusted !== true);
  if (overrides.only === undefined && !believed.some(({ source }) => hasBackends(source.value))) {
    const where = layers[0]?.source.where([]) ?? 'command line';
    const help = layers.length === 0 ? NO_FILE : believed.length === 0 ? UNTRUSTED : undefined;
    problems.push({ code: 'SP1008', severity: 'error', message: 'no backend is configured', where, help });
  }
  for (const { backend, index, layer } of backends) {
    const where = (...keys: (string | number)[]) => layer.source.where(['backends', index, ...keys]);
    if (several && KNOWN_COMPOUND_SCHEMES.has(backend.name)) {
      const message = `the name "${backend.name}" would make URIs such as ${backend.name}+https: that other programs act on`;
      problems.push({ code: 'SP1009', severity: 'error', message, where: where('name') });
    }
    problems.push(...forbidden(backend, layers), ...lint(backend, layer.source.secrets, where));
  }
  return problems;
}

/** Whether there are any, or something else in their place that is reported as it is. */
function hasBackends(value: unknown): boolean {
  if (typeof value !== 'object' || Array.isArray(value)) return true;
  const backends = (value as { backends?: unknown } | null)?.backends;
  return backends !== undefined && !(Array.isArray(backends) && backends.length === 0);
}

function duplicates({ config, source }: Layer): Problem[] {
  const seen = new Set<string>();
  return (config.backends ?? []).flatMap(({ name }, index) => {
    if (name === '' || !seen.has(name)) {
      seen.add(name);
      return [];
    }
    const where = source.where(['backends', index, 'name']);
    return [{ code: 'SP1007', severity: 'error', message: `the backend name "${name}" stands twice`, where }];
  });
}

/** What one layer permits itself and another one forbids. */
function forbidden({ name, url, allow_insecure: permits }: RawBackend, layers: readonly Layer[]): Problem[] {
  if (url === undefined || permits !== true || !isReadableOnTheWay(new URL(url))) return [];
  return layers.flatMap(({ config, source }) => {
    const index = (config.backends ?? []).findIndex((other) => other.name === name && other.allow_insecure === false);
    if (index === -1) return [];
    const where = source.where(['backends', index, 'allow_insecure']);
    return [
      { code: 'SP1005', severity: 'error', message: `${name} is reached by http, which is forbidden here`, where },
    ];
  });
}

function lint(
  backend: RawBackend,
  interpolated: readonly string[],
  where: (...keys: (string | number)[]) => string,
): Problem[] {
  const problems: Problem[] = [];
  const { name, command = '', args = [], env = {}, url = '', headers = {}, credentials = {} } = backend;
  const request = isNpx(command) ? parseNpx(args) : undefined;
  for (const { spec, version } of request?.packages ?? []) {
    if (isExact(version)) continue;
    problems.push(warning('SP1102', `${name} launches "${spec}" without an exact version`, where('args')));
  }
  for (const [i, arg] of args.entries()) {
    if (secretsIn(arg).length > 0 || interpolated.some((secret) => arg.includes(secret)))
      problems.push(warning('SP1104', `an argument of ${name} holds a secret`, where('args', i)));
  }
  const literal = (value: string, what: string, named: boolean, ...keys: string[]) => {
    if (interpolated.some((secret) => value.includes(secret))) return;
    if (secretsIn(value).length > 0)
      problems.push(warning('SP1103', `${what} of ${name} looks like a literal secret`, where(...keys)));
    else if (named) problems.push(warning('SP1103', `${what} of ${name} may be a literal secret`, where(...keys)));
  };
  for (const [variable, value] of Object.entries(env))
    literal(value, variable, namesSecret(variable) && looksOpaque(value), 'env', variable);
  for (const [header, value] of Object.entries(headers))
    literal(value, header, headerNamesSecret(header) && looksOpaque(credentialOf(value)), 'headers', header);
  for (const [variable, { value }] of Object.entries(credentials.variables ?? {}))
    if (value !== undefined) literal(value, variable, true, 'credentials', 'variables', variable, 'value');
  const { client_secret: secret, assertion, identity_provider: provider } = credentials;
  const ofTokens: [string | undefined, ...string[]][] = [
    [secret, 'client_secret'],
    [assertion?.value, 'assertion', 'value'],
    [provider?.client_secret, 'identity_provider', 'client_secret'],
    [provider?.subject_token.value, 'identity_provider', 'subject_token', 'value'],
  ];
  for (const [value, ...keys] of ofTokens)
    if (value !== undefined) literal(value, keys.join('.'), true, 'credentials', ...keys);
  literal(url, 'the url', querySecrets(url).length > 0, 'url');
  return problems;
}

function warning(code: Problem['code'], message: string, where: string): Problem {
  return { code, severity: 'warning', message, where };
}
