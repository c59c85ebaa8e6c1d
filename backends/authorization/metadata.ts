import { unambiguousObject } from '../../lib/identity/tokens/unambiguous.ts';
import type { Json } from '../../lib/model/json.ts';

/** What a backend says of itself (RFC 9728, 2), as far as it matters here. */
export interface ResourceMetadata {
  /** Its own name for itself, which tokens are asked for. */
  readonly resource: string;
  readonly issuers: readonly string[];
  readonly scopes: readonly string[];
}

/** What an authorization server says of itself (RFC 8414, 2). */
export interface ServerMetadata {
  readonly issuer: string;
  readonly tokenEndpoint: string | undefined;
  readonly authorizationEndpoint: string | undefined;
  readonly registrationEndpoint: string | undefined;
  readonly revocationEndpoint: string | undefined;
  readonly scopes: readonly string[];
  /** How clients may prove themselves; undefined: by Basic alone. */
  readonly clientProofs: readonly string[] | undefined;
  readonly challengeMethods: readonly string[];
  /** It says with every answer to a browser which server it is (RFC 9207, 3). */
  readonly namesItself: boolean;
  readonly knowsClientDocuments: boolean;
}

const RESOURCE = '/.well-known/oauth-protected-resource';
const SERVER = '/.well-known/oauth-authorization-server';
const OPENID = '/.well-known/openid-configuration';

/** Where a backend may say what it is (RFC 9728, 3.1), in the order they are asked. */
export function resourceMetadataUrls(backend: URL): readonly URL[] {
  const path = pathOf(backend);
  const urls = path === '' ? [`${RESOURCE}`] : [`${RESOURCE}${path}${backend.search}`, RESOURCE];
  return urls.map((one) => new URL(one, backend.origin));
}

/** Where an authorization server may say what it is (2025-11-25, authorization), in the order they are asked. */
export function serverMetadataUrls(issuer: string): readonly URL[] {
  const url = new URL(issuer);
  const path = pathOf(url);
  const urls = path === '' ? [SERVER, OPENID] : [`${SERVER}${path}`, `${OPENID}${path}`, `${path}${OPENID}`];
  return urls.map((one) => new URL(one, url.origin));
}

/** Reads what a backend says of itself; throws where it is no such thing, or is about another resource. */
export function resourceMetadata(text: string, backend: URL): ResourceMetadata {
  const said = objectIn(text);
  const { resource, authorization_servers: issuers } = said;
  if (typeof resource !== 'string' || !covers(resource, backend))
    throw new Error('says it is another resource than the one that is configured');
  const named = stringsIn(issuers);
  if (named.length === 0) throw new Error('names no authorization server');
  return { resource, issuers: named, scopes: stringsIn(said['scopes_supported']) };
}

/** Reads what an authorization server says of itself; throws where it is about another one (RFC 8414, 3.3). */
export function serverMetadata(text: string, issuer: string): ServerMetadata {
  const said = objectIn(text);
  if (said['issuer'] !== issuer) throw new Error('says it is another issuer than the one it was asked as');
  const url = (name: string) => (typeof said[name] === 'string' && URL.canParse(said[name]) ? said[name] : undefined);
  const proofs = said['token_endpoint_auth_methods_supported'];
  return {
    issuer,
    tokenEndpoint: url('token_endpoint'),
    authorizationEndpoint: url('authorization_endpoint'),
    registrationEndpoint: url('registration_endpoint'),
    revocationEndpoint: url('revocation_endpoint'),
    scopes: stringsIn(said['scopes_supported']),
    clientProofs: proofs === undefined ? undefined : stringsIn(proofs),
    challengeMethods: stringsIn(said['code_challenge_methods_supported']),
    namesItself: said['authorization_response_iss_parameter_supported'] === true,
    knowsClientDocuments: said['client_id_metadata_document_supported'] === true,
  };
}

/** Whether a backend is the resource, or lies below it: the same origin, and the path or one it begins with. */
function covers(resource: string, backend: URL): boolean {
  if (!URL.canParse(resource)) return false;
  const url = new URL(resource);
  if (url.origin !== backend.origin || url.hash !== '' || url.username !== '' || url.password !== '') return false;
  if (url.search !== '' && url.search !== backend.search) return false;
  const [own, whole] = [pathOf(url), pathOf(backend)];
  return whole === own || whole.startsWith(`${own}/`);
}

/** Without the slash at its end, which names nothing else. */
function pathOf({ pathname }: URL): string {
  return pathname.replace(/\/+$/, '');
}

function objectIn(text: string): Json {
  const said = unambiguousObject(text);
  if (said === undefined) throw new Error('answered in a form that is not known');
  return said;
}

function stringsIn(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string').slice(0, 64) : [];
}
