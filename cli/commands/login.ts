import { openBrowser } from '../../backends/authorization/browser.ts';
import { login as loginAt } from '../../backends/authorization/login.ts';
import { logout as logoutOf } from '../../backends/authorization/logout.ts';
import { folders } from '../../lib/config/folders.ts';
import { usableStateDir } from '../../lib/config/state-dir.ts';
import { AuthorizationFault } from '../../lib/model/authorization.ts';
import { systemClock } from '../../lib/model/clock.ts';
import type { BackendConfig } from '../../lib/model/config.ts';
import { CredentialFault } from '../../lib/model/credentials.ts';
import { CommandError, EXIT, print, printError, printJson, shown } from '../output/print.ts';
import { readConfig } from '../read-config.ts';

export interface LoginOptions {
  readonly config?: string;
  readonly browser?: boolean;
  readonly json?: boolean;
}

/** Has the user agree, in a browser, that the gateway uses a backend for them. */
export async function login(name: string, { config, browser, json }: LoginOptions): Promise<number> {
  const backend = await backendNamed(name, config);
  const made = await toldFaults(() =>
    loginAt(backend, {
      clock: systemClock,
      stateDir: usableStateDir(folders()),
      environment: process.env,
      learn: () => {},
      show: (page) => show(page, browser !== false),
    }),
  );
  const { issuer, token } = made;
  const scopes = token?.scopes ?? [];
  if (json === true) printJson({ ok: true, backend: name, issuer, scopes });
  else {
    const may = scopes.length === 0 ? '' : ` with ${scopes.map((scope) => shown(scope)).join(', ')}`;
    print(`Logged in to ${name} at ${shown(new URL(issuer).host)}${may}.`);
  }
  return EXIT.ok;
}

/** Forgets the tokens of a backend, and has its authorization server forget them as well, where that can be asked. */
export async function logout(name: string, { config, json }: LoginOptions): Promise<number> {
  const backend = await backendNamed(name, config);
  const ended = await toldFaults(() =>
    logoutOf(backend, { stateDir: usableStateDir(folders()), clock: systemClock, environment: process.env }),
  );
  if (json === true) printJson({ ok: true, backend: name, ...ended });
  else if (!ended.was) print(`Nobody was logged in to ${name}.`);
  else {
    const told = ended.revoked
      ? 'and its authorization server takes them back'
      : 'its authorization server was not told';
    print(`Logged out of ${name}: its tokens are deleted here, ${told}.`);
  }
  return EXIT.ok;
}

async function backendNamed(name: string, config: string | undefined): Promise<BackendConfig> {
  const { config: read } = await readConfig({ config, overrides: {}, project: false });
  const backend = read.backends.find((one) => one.name === name);
  if (backend === undefined) throw new CommandError(`there is no backend "${shown(name)}"; \`sallyport config show\``);
  if (backend.credentials.authorization?.mode !== 'oauth') {
    throw new CommandError(`${name} has no login: it needs a \`url\` and \`credentials: { mode: oauth }\``);
  }
  return backend;
}

/** The page is printed in any case: a browser may open where nobody sees it. */
async function show(page: URL, inBrowser: boolean): Promise<void> {
  const opened = inBrowser && (await openBrowser(page));
  printError(`${opened ? 'Agree in the browser; if none has opened, go to' : 'Agree on this page'}:\n${page.href}`);
}

async function toldFaults<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AuthorizationFault || error instanceof CredentialFault) {
      throw new CommandError(`${shown(error.message)}; next: ${shown(error.fix)}`, EXIT.unavailable);
    }
    throw error;
  }
}
