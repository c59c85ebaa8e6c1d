import { isExact, isNpx, parseNpx } from '../model/npx.ts';
import { KNOWN_COMPOUND_SCHEMES } from '../protocol/uris.ts';
import type { Problem } from './problems.ts';
import { type Layer, lineOf } from './reading.ts';
import type { Overrides } from './resolve.ts';
import type { RawBackend } from './schema.ts';

const SECRET_LOOKS =
  /\b(sk-[A-Za-z0-9_-]{16,}|gh[pousr]_[A-Za-z0-9]{20,}|github_pat_\w{20,}|xox[abprs]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16}|glpat-[\w-]{16,}|eyJ[\w-]{10,}\.eyJ[\w-]{10,})/;
const SECRET_NAME = /(SECRET|TOKEN|PASSWORD|PASSWD|API_?KEY|PRIVATE_?KEY|CREDENTIAL)/i;

/** Faults no single key shows: names, and things that work but protect less than they seem to. */
export function crossCheck(layers: readonly Layer[], overrides: Overrides): Problem[] {
  const problems: Problem[] = [];
  const backends =
    overrides.only === undefined
      ? layers.flatMap((layer) => (layer.config.backends ?? []).map((backend, index) => ({ backend, index, layer })))
      : [];
  const several = new Set(backends.map(({ backend }) => backend.name)).size > 1;
  for (const layer of layers) problems.push(...duplicates(layer));
  if (backends.length === 0 && overrides.only === undefined) {
    const where = layers[0]?.source.file ?? 'command line';
    problems.push({ code: 'SP1008', severity: 'error', message: 'no backend is configured', where });
  }
  for (const { backend, index, layer } of backends) {
    const where = (...keys: (string | number)[]) => lineOf(layer.source.where(['backends', index, ...keys]));
    if (several && KNOWN_COMPOUND_SCHEMES.has(backend.name)) {
      const message = `the name "${backend.name}" would make URIs such as ${backend.name}+https: that other programs act on`;
      problems.push({
        code: 'SP1009',
        severity: 'error',
        message,
        where: layer.source.where(['backends', index, 'name']),
      });
    }
    problems.push(...lint(backend, layer.source.secrets, where));
  }
  return problems;
}

function duplicates({ config, source }: Layer): Problem[] {
  const seen = new Set<string>();
  return (config.backends ?? []).flatMap(({ name }, index) => {
    if (!seen.has(name)) {
      seen.add(name);
      return [];
    }
    const where = source.where(['backends', index, 'name']);
    return [{ code: 'SP1007', severity: 'error', message: `the backend name "${name}" stands twice`, where }];
  });
}

function lint(
  backend: RawBackend,
  interpolated: readonly string[],
  where: (...keys: (string | number)[]) => string,
): Problem[] {
  const problems: Problem[] = [];
  const request = isNpx(backend.command) ? parseNpx(backend.args ?? []) : undefined;
  for (const { spec, version } of request?.packages ?? []) {
    if (isExact(version)) continue;
    problems.push(warning('SP1102', `${backend.name} launches "${spec}" without an exact version`, where('args')));
  }
  for (const [i, arg] of (backend.args ?? []).entries()) {
    if (SECRET_LOOKS.test(arg) || interpolated.some((secret) => arg.includes(secret)))
      problems.push(warning('SP1104', `an argument of ${backend.name} holds a secret`, where('args', i)));
  }
  for (const [name, value] of Object.entries(backend.env ?? {})) {
    if (interpolated.some((secret) => value.includes(secret))) continue;
    if (SECRET_LOOKS.test(value))
      problems.push(warning('SP1103', `${name} of ${backend.name} looks like a literal secret`, where('env', name)));
    else if (SECRET_NAME.test(name) && /^[A-Za-z0-9+/=_-]{20,}$/.test(value)) {
      problems.push(warning('SP1103', `${name} of ${backend.name} may be a literal secret`, where('env', name)));
    }
  }
  return problems;
}

function warning(code: Problem['code'], message: string, where: string): Problem {
  return { code, severity: 'warning', message, where };
}
