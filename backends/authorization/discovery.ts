import { AuthorizationFault } from '../../lib/model/authorization.ts';
import { type Said, saidTo } from '../http/asking.ts';
import { briefly } from './fault.ts';
import {
  type ResourceMetadata,
  resourceMetadata,
  resourceMetadataUrls,
  type ServerMetadata,
  serverMetadata,
  serverMetadataUrls,
} from './metadata.ts';
import { type Ground, mayAsk } from './places.ts';

const TIMEOUT_MS = 10_000;
/** Servers that are asked for their metadata when a backend names several. */
const MOST_ISSUERS = 4;

/** What a backend says of itself; undefined where it says nothing. `told`: where its challenge says that it stands. */
export async function resourceOf(ground: Ground, told: string | undefined): Promise<ResourceMetadata | undefined> {
  for (const url of told === undefined ? resourceMetadataUrls(ground.backend) : [toldUrl(told, ground)]) {
    const said = await metadataAt(url, ground);
    if (said !== undefined) return read(url, () => resourceMetadata(said.text, ground.backend));
  }
  return undefined;
}

/** A backend may name its own pages and nobody else's: its word must not make us ask around in a network. */
function toldUrl(told: string, { backend }: Ground): URL {
  if (URL.canParse(told) && new URL(told).origin === backend.origin) return new URL(told);
  throw new AuthorizationFault(
    'its challenge names metadata that stand on another host',
    'set `issuer` under `credentials`, or have the backend mended',
  );
}

/** What the authorization server `issuer` says of itself. */
export async function serverOf(issuer: string, ground: Ground): Promise<ServerMetadata> {
  if (!URL.canParse(issuer) || !mayAsk(new URL(issuer), ground)) throw unreachable();
  for (const url of serverMetadataUrls(issuer)) {
    const said = await metadataAt(url, ground);
    if (said !== undefined) return read(url, () => serverMetadata(said.text, issuer));
  }
  throw new AuthorizationFault(
    `the authorization server ${hostOf(issuer)} publishes no metadata`,
    'set `token_url` under `credentials`',
    'SP2020',
  );
}

/** The server to use: the one of the config, which the backend must name if it names any, else the first it names. */
export function issuerOf({ issuer }: Ground, resource: ResourceMetadata | undefined): string {
  const named = resource?.issuers.slice(0, MOST_ISSUERS) ?? [];
  if (issuer !== undefined) {
    if (resource === undefined || resource.issuers.includes(issuer)) return issuer;
    throw new AuthorizationFault(
      `it believes another authorization server now: ${named.map(hostOf).join(', ')}`,
      'check whether that is so, and set `issuer` and the client under `credentials` anew',
    );
  }
  const [first] = named;
  if (first !== undefined) return first;
  throw new AuthorizationFault('it does not say which authorization server it believes', 'set `issuer`');
}

/** An endpoint from metadata, if it may be asked. */
export function endpoint(url: string | undefined, what: string, ground: Ground): URL {
  if (url === undefined) {
    throw new AuthorizationFault(`the authorization server has no ${what}`, 'choose another `credentials.mode`');
  }
  if (!mayAsk(new URL(url), ground)) throw unreachable();
  return new URL(url);
}

/** Undefined for what is not there. */
async function metadataAt(url: URL, ground: Ground): Promise<Said | undefined> {
  if (!mayAsk(url, ground)) throw unreachable();
  const { allowPrivate } = ground;
  try {
    const said = await saidTo({ url: url.href, allowPrivate, method: 'GET', headers: {}, timeoutMs: TIMEOUT_MS });
    if (said.status === 200) return said;
    if (said.status < 500) return undefined;
    throw new Error(`answered HTTP ${said.status}`);
  } catch (error) {
    throw new AuthorizationFault(
      `${url.host} ${briefly(error as Error)}`,
      'try again when it can be reached',
      'SP2020',
    );
  }
}

function read<T>({ host }: URL, reading: () => T): T {
  try {
    return reading();
  } catch (error) {
    throw new AuthorizationFault(
      `${host} ${(error as Error).message}`,
      'check the `url` of the backend, and `issuer`',
      'SP2020',
    );
  }
}

function unreachable(): AuthorizationFault {
  return new AuthorizationFault(
    'its authorization server is at an address that is not allowed',
    'only `https` and public addresses are; `allow_private` permits private ones',
  );
}

/** Enough to see who is meant; what others wrote may hold anything. */
function hostOf(issuer: string): string {
  return URL.canParse(issuer) ? new URL(issuer).host : 'one without a name';
}
