import type { BackendConfig } from '../lib/model/config.ts';
import type { Log } from '../lib/model/log.ts';

/** Variables every backend is given when they are set: where it is, who runs it, how to reach the network. */
const BASE_NAMES = new Set(
  'HOME LOGNAME USER PATH SHELL TERM LANG TZ TMPDIR HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy NODE_EXTRA_CA_CERTS SSL_CERT_FILE'.split(
    ' ',
  ),
);
const BASE_PREFIXES = ['LC_', 'XDG_'];

/** Without these most programs do not start on Windows. */
const WINDOWS_NAMES = new Set(
  'SYSTEMROOT SYSTEMDRIVE WINDIR COMSPEC PATHEXT APPDATA LOCALAPPDATA PROGRAMDATA PROGRAMFILES PROGRAMFILES(X86) USERPROFILE USERNAME HOMEDRIVE HOMEPATH TEMP TMP PROCESSOR_ARCHITECTURE'.split(
    ' ',
  ),
);

const PROXY = /^https?_proxy$/i;

/** Variables shells and launchers set for themselves; not worth naming in a hint. */
const OWN_NOISE =
  /^(PWD|OLDPWD|SHLVL|_|INIT_CWD|NODE|COLOR|COLORTERM|DISPLAY|HOSTNAME|MAIL|LESS.*|LS_COLORS|npm_.*|SALLYPORT_.*)$/;

/** Names under which a client gives us its credential. */
const CREDENTIAL = /^SALLYPORT_TOKEN/i;

export interface Environment {
  /** What the backend gets. */
  readonly variables: Record<string, string>;
  /** Proxy variables left out because their URL holds a password. */
  readonly withheldProxies: readonly string[];
  /** Names that were set for us and are not handed on, without the usual noise. */
  readonly notPassed: readonly string[];
}

/**
 * The environment of one backend: the base list, what `pass` names (globs with `*`), and `own` on top.
 * Nothing else is inherited, so a secret set for one server is not seen by another.
 */
export function backendEnvironment(
  inherited: NodeJS.ProcessEnv,
  pass: readonly string[],
  own: Readonly<Record<string, string>>,
  platform: NodeJS.Platform = process.platform,
): Environment {
  const passed = pass.map(namePattern);
  const variables: Record<string, string> = {};
  const withheldProxies: string[] = [];
  const notPassed: string[] = [];
  for (const [name, value] of Object.entries(inherited)) {
    if (value === undefined || Object.hasOwn(own, name)) continue;
    // What proves our client is passed on to nobody, whatever a pattern says.
    if (CREDENTIAL.test(name)) continue;
    if (passed.some((pattern) => pattern.test(name))) variables[name] = value;
    else if (!isBase(name, platform)) notPassed.push(name);
    // However it is written: `user:secret@host` without a scheme is read by many programs, too.
    else if (PROXY.test(name) && value.includes('@')) withheldProxies.push(name);
    else variables[name] = value;
  }
  return {
    variables: { ...variables, ...own },
    withheldProxies,
    notPassed: notPassed.filter((name) => !OWN_NOISE.test(name)).sort(),
  };
}

/** The environment a backend is started with; what is kept from it though it would be usual is told. */
export function startEnvironment(
  { name, passEnv, env }: BackendConfig,
  { inherited, log }: { readonly inherited: NodeJS.ProcessEnv; readonly log: Log },
): Environment {
  const environment = backendEnvironment(inherited, passEnv, env);
  for (const variable of environment.withheldProxies) {
    log.write('warn', 'proxy_withheld', { backend: name, variable, code: 'SP1107' });
  }
  return environment;
}

function isBase(name: string, platform: NodeJS.Platform): boolean {
  if (platform === 'win32') {
    const upper = name.toUpperCase();
    return BASE_NAMES.has(upper) || WINDOWS_NAMES.has(upper);
  }
  return BASE_NAMES.has(name) || BASE_PREFIXES.some((prefix) => name.startsWith(prefix));
}

function namePattern(glob: string): RegExp {
  return new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*')}$`);
}
