import type { BackendConfig, Config } from '../model/config.ts';
import type { Problem } from './problems.ts';
import type { Layer } from './reading.ts';

/** A name or an IPv4 address, written out, perhaps with a port. */
const HOST = /^(?:[a-z0-9_-]+\.)*[a-z0-9_-]+(?::(\d{1,5}))?$/i;

/** Secrets that would not be held back as their section says: it is refused, for somebody relies on it. */
export function checkCredentials(config: Config, layers: readonly Layer[]): Problem[] {
  return config.backends.flatMap((backend) => {
    const spot = placeOf(backend, layers);
    return spot === undefined ? [] : faultsOf(backend, spot);
  });
}

/** Where a key of the section stands, in the layer whose section counts. */
type Place = (...keys: (string | number)[]) => string;

function placeOf({ name }: BackendConfig, layers: readonly Layer[]): Place | undefined {
  for (const { config, source } of layers) {
    const index = (config.backends ?? []).findIndex((one) => one.name === name && one.credentials !== undefined);
    if (index !== -1) return (...keys) => source.where(['backends', index, 'credentials', ...keys]);
  }
  return undefined;
}

function faultsOf(backend: BackendConfig, where: Place): Problem[] {
  const { name, remote, env, credentials, sandbox } = backend;
  const { inject, variables } = credentials;
  if (variables.length === 0) return [];
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
