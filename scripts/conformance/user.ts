import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { neutralConfig } from './neutral.ts';
import { CLI } from './paths.ts';

/** What the suite has made known to the authorization server beforehand. */
export interface Prearranged {
  readonly client_id?: string;
  readonly client_secret?: string;
  readonly private_key_pem?: string;
  /** What the platform of a workload hands out. */
  readonly valid_jwt?: string;
  /** What an identity provider knows: a client of its own, and who the user is. */
  readonly idp_issuer?: string;
  readonly idp_client_id?: string;
  readonly idp_id_token?: string;
}

const CLIENT_DOCUMENT = 'https://conformance-test.local/client-metadata.json';
const LOGINS = 3;

/**
 * A user of the gateway: logs in when told to, agrees to everything at once, lists and calls. Where the scenario is about a
 * client that acts for itself, nobody logs in.
 */
export async function playAsUser(
  url: string,
  era: string,
  modern: boolean,
  scenario: string,
  known: Prearranged,
): Promise<void> {
  const folder = mkdtempSync(join(process.env.CONFORMANCE_FOLDER ?? tmpdir(), 'user-'));
  mkdirSync(join(folder, 'state'));
  const env = { PATH: process.env.PATH ?? '', HOME: folder, XDG_STATE_HOME: join(folder, 'state') };
  const credentials = await credentialsFor(url, scenario, known, folder);
  const config = neutralConfig(folder, { url, era, credentials });
  let logins = 0;
  for (;;) {
    if (credentials.mode === 'oauth' && logins++ < LOGINS) await logIn(config, env);
    const said = await listAndCall(config, env, modern);
    if (!said.includes('sallyport login') || logins >= LOGINS) return;
  }
}

async function credentialsFor(url: string, scenario: string, known: Prearranged, folder: string) {
  const { client_id, client_secret, private_key_pem: key } = known;
  const dpop = scenario.startsWith('auth/dpop') ? { dpop: 'on' } : {};
  if (client_id === undefined) return { mode: 'oauth', client_metadata_url: CLIENT_DOCUMENT, ...dpop };
  const grant = grantOf(known, folder);
  if (grant !== undefined) {
    return {
      mode: 'jwt_bearer',
      client_id,
      ...(client_secret && { client_secret }),
      issuer: await issuerOf(url),
      ...grant,
    };
  }
  const mode = scenario.startsWith('auth/client-credentials') ? 'client_credentials' : 'oauth';
  const file = join(folder, 'client.pem');
  if (key !== undefined) writeFileSync(file, key, { mode: 0o600 });
  const proof = key === undefined ? { client_secret } : { private_key_file: file };
  return { mode, client_id, ...proof, issuer: await issuerOf(url), ...dpop };
}

/** What is given for a token, for whom somebody else has signed something: in a file, as a platform or a login leaves it. */
function grantOf(
  { valid_jwt: own, idp_issuer: issuer, idp_client_id, idp_id_token: user }: Prearranged,
  folder: string,
) {
  const kept = (text: string) => {
    const file = join(folder, 'signed.jwt');
    writeFileSync(file, text, { mode: 0o600 });
    return { file };
  };
  if (own !== undefined) return { assertion: kept(own) };
  if (user === undefined) return undefined;
  return { identity_provider: { issuer, client_id: idp_client_id, subject_token: kept(user) } };
}

/** An operator would read it in the documents of the service. */
async function issuerOf(url: string): Promise<string> {
  const { origin, pathname } = new URL(url);
  for (const path of [pathname, '']) {
    const response = await fetch(`${origin}/.well-known/oauth-protected-resource${path}`);
    if (response.ok) return ((await response.json()) as { authorization_servers: string[] }).authorization_servers[0]!;
  }
  throw new Error('it names no authorization server');
}

async function logIn(config: string, env: Record<string, string>): Promise<void> {
  const child: ChildProcess = spawn(process.execPath, [CLI, 'login', 'suite', '--no-browser', '--config', config], {
    env,
    stdio: ['ignore', 'inherit', 'pipe'],
  });
  createInterface({ input: child.stderr! }).on('line', (line) => {
    console.error(line);
    if (line.startsWith('http')) agree(line).catch((error: unknown) => console.error(String(error)));
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the login ended with ${code}`);
}

/** The page of the suite agrees for whoever opens it, and sends back to the gateway. */
async function agree(page: string): Promise<void> {
  const { headers } = await fetch(page, { redirect: 'manual' });
  await fetch(headers.get('location')!);
}

/** Resolves with all that was answered. */
async function listAndCall(config: string, env: Record<string, string>, modern: boolean): Promise<string> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [CLI, 'run', '--config', config],
    env,
    stderr: 'inherit',
  });
  const client = new Client(
    { name: 'sallyport-conformance', version: '1.0.0' },
    { versionNegotiation: { mode: modern ? 'auto' : 'legacy' } },
  );
  const said: string[] = [];
  const told = (work: Promise<unknown>) =>
    work.then(
      (answer) => void said.push(JSON.stringify(answer) ?? ''),
      (error: unknown) => void said.push(String(error)),
    );
  await told(client.connect(transport));
  if (said.every((one) => !one.includes('Error'))) {
    await told(client.listTools());
    await told(client.callTool({ name: 'test-tool', arguments: {} }));
  }
  await client.close();
  console.error(said.join('\n'));
  return said.join('\n');
}
