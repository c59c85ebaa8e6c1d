import type { BackendConfig, Config } from '../../model/config.ts';
import type { Layer } from '../files/reading.ts';
import type { Problem } from '../problems.ts';
import type { RawBackend } from '../schema/schema.ts';
import { OBTAINED_KEYS, obtainedFaults } from './obtained.ts';

/** A name or an IPv4 address, written out, perhaps with a port. */
const HOST = /^(?:[a-z0-9_-]+\.)*[a-z0-9_-]+(?::(\d{1,5}))?$/i;

/** Secrets that would not be held back as their section says: it is refused, for somebody relies on it. */
export function checkCredentials(config: Config, layers: readonly Layer[]): Problem[] {
  return config.backends.flatMap((backend) => {
    const spot = placeOf(backend, layers);
    return spot === undefined ? [] : [...faultsOf(backend, spot.where), ...modeFaults(backend, spot, layers)];
  });
}

/** Where a key of the section stands, in the layer whose section counts. */
type Place = (...keys: (string | number)[]) => string;

interface Spot {
  readonly where: Place;
  readonly raw: NonNullable<RawBackend['credentials']>;
}

function placeOf({ name }: BackendConfig, layers: readonly Layer[]): Spot | undefined {
  for (const { config, source } of layers) {
    const { backends = [] } = config;
    const index = backends.findIndex((one) => one.name === name && one.credentials !== undefined);
    if (index === -1) continue;
    return {
      where: (...keys) => source.where(['backends', index, 'credentials', ...keys]),
      raw: backends[index]!.credentials!,
    };
  }
  return undefined;
}

/** Keys that say how tokens are made, and nothing without a mode that makes some. */
const OF_TOKENS = ['audience', 'ttl', 'dpop', 'scopes'] as const;
/** What tokens come in, so that no fixed header may be beside it. */
const TAKEN = /^(?:authorization|dpop)$/i;

/** Whoever asks for tokens gets them on every request, or a config that does not load. */
function modeFaults({ name, remote }: BackendConfig, { where, raw }: Spot, layers: readonly Layer[]): Problem[] {
  const { mode = 'static' } = raw;
  const obtained = OBTAINED_KEYS.filter((key) => raw[key] !== undefined);
  if (mode === 'mint' && obtained.length > 0) {
    return obtained.map((key) => fault(where(key), `\`${key}\` of ${name} is for tokens of others, not of \`mint\``));
  }
  if (mode === 'static') {
    return [...OF_TOKENS.filter((key) => raw[key] !== undefined), ...obtained].map((key) =>
      fault(where(key), `\`${key}\` of ${name} is for tokens, and its \`mode\` is \`static\``),
    );
  }
  if (remote === undefined) {
    const help = 'give it a `url`, or its secrets by `variables`';
    return [
      {
        ...fault(where('mode'), `${name} is started here, and \`mode: ${mode}\` is for what is reached by \`url\``),
        help,
      },
    ];
  }
  return Object.keys(remote.headers)
    .filter((header) => TAKEN.test(header))
    .map((header) => {
      const problem = fault(
        headerPlace(name, header, layers) ?? where('mode'),
        `${header} of ${name} is made anew for each request by \`mode: ${mode}\``,
      );
      return { ...problem, help: `take it out of \`headers\`, or use \`mode: static\`` };
    });
}

function headerPlace(name: string, header: string, layers: readonly Layer[]): string | undefined {
  for (const { config, source } of layers) {
    const index = (config.backends ?? []).findIndex((one) => one.name === name && one.headers?.[header] !== undefined);
    if (index !== -1) return source.where(['backends', index, 'headers', header]);
  }
  return undefined;
}

function faultsOf(backend: BackendConfig, where: Place): Problem[] {
  const { name, remote, env, credentials, sandbox } = backend;
  const { inject, variables } = credentials;
  const obtained = obtainedFaults(backend, where);
  if (variables.length === 0 || obtained.length > 0) return obtained;
  if (remote !== undefined) {
    return [fault(where(), `${name} is reached, not started here: its secrets belong into \`headers\``)];
  }
  const isHeldBack = inject === 'proxy';
  const problems = isHeldBack ? needs(name, sandbox, where('inject')) : [];
  for (const { name: variable, hosts } of variables) {
    const at = (...keys: (string | number)[]) => where('variables', variable, ...keys);
    if (Object.hasOwn(env, variable))
      problems.push(fault(at(), `${variable} of ${name} stands in its \`env\` as well`));
    if (!isHeldBack && hosts.length > 0) {
      problems.push(
        fault(at('hosts'), `${variable} of ${name} is handed over: \`hosts\` holds with \`inject: proxy\``),
      );
    }
    if (isHeldBack && hosts.length === 0) {
      problems.push(fault(at(), `${variable} of ${name} has no \`hosts\` it is sent to`));
    }
    for (const [index, host] of hosts.entries()) {
      if (!isHost(host)) problems.push(fault(at('hosts', index), `"${host}" is no host or host:port written out`));
    }
  }
  return problems;
}

function needs(name: string, { mode, network, place }: BackendConfig['sandbox'], where: string): Problem[] {
  const faults: string[] = [];
  if (mode === 'off') faults.push(`the sandbox of ${name} is off, so nothing holds its secrets back`);
  else if (network !== 'proxy') faults.push(`the network of ${name} is \`${network}\`, which leads past the proxy`);
  return faults.map((message) => ({
    ...fault(where, message),
    help: `set \`mode\` and \`network: proxy\` in ${place}`,
  }));
}

function isHost(text: string): boolean {
  const [whole, port] = HOST.exec(text) ?? [];
  return whole !== undefined && (port === undefined || (Number(port) > 0 && Number(port) < 65_536));
}

function fault(where: string, message: string): Problem {
  return { code: 'SP1005', severity: 'error', message, where };
}
