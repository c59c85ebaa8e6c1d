import { createPrivateKey, type KeyObject } from 'node:crypto';
import { AuthorizationFault } from '../../lib/model/authorization.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { ClientProof } from '../../lib/model/obtained-credentials.ts';
import { obtain } from '../credentials/obtain.ts';
import { readSecretFile } from '../credentials/secret-file.ts';

/** How a client is known at one authorization server. */
export interface OAuthClient {
  /** Empty where what is given for a token says by itself whose it is. */
  readonly id: string;
  readonly proof:
    | { readonly kind: 'none' }
    | { readonly kind: 'secret'; readonly secret: string; readonly method: string | undefined }
    | { readonly kind: 'key'; readonly key: KeyObject };
}

/** What a request to a token endpoint says of the client. */
export interface ClientWords {
  readonly headers: Readonly<Record<string, string>>;
  readonly form: Readonly<Record<string, string>>;
}

/** Obtains what the client proves itself with. Rejects with a `CredentialFault`; `learn` hears of secrets first. */
export async function clientFrom(
  id: string,
  proof: ClientProof,
  environment: NodeJS.ProcessEnv,
  learn: (secrets: readonly string[]) => void,
): Promise<OAuthClient> {
  if (proof.kind === 'none') return { id, proof };
  if (proof.kind === 'secret') {
    const name = 'client_secret';
    const secret = await obtain({ name, from: proof.from, hosts: [], like: '' }, environment);
    learn([
      secret,
      encodeURIComponent(secret),
      Buffer.from(`${formEncoded(id)}:${formEncoded(secret)}`).toString('base64'),
    ]);
    return { id, proof: { kind: 'secret', secret, method: undefined } };
  }
  const text = await readSecretFile(proof.file);
  try {
    return { id, proof: { kind: 'key', key: createPrivateKey(text) } };
  } catch {
    throw new AuthorizationFault(`the file "${proof.file}" holds no private key`, 'put a key there in the form PEM');
  }
}

/**
 * How a client proves itself in one request. `methods` are those the server takes, `audience` is what the server calls
 * itself. A secret is sent in the way the server says and in no other.
 */
export async function clientWords(
  { id, proof }: OAuthClient,
  methods: readonly string[] | undefined,
  audience: string,
  clock: Pick<Clock, 'now'>,
): Promise<ClientWords> {
  if (proof.kind === 'none') return { headers: {}, form: id === '' ? {} : { client_id: id } };
  if (proof.kind === 'key') {
    const { assertion } = await import('./assertion.ts');
    return { headers: {}, form: await assertion(id, proof.key, audience, clock) };
  }
  const way = proof.method ?? chosen(methods);
  if (way === 'client_secret_post') return { headers: {}, form: { client_id: id, client_secret: proof.secret } };
  // Both are encoded as in a form before they are joined (RFC 6749, 2.3.1).
  const pair = Buffer.from(`${formEncoded(id)}:${formEncoded(proof.secret)}`).toString('base64');
  return { headers: { Authorization: `Basic ${pair}` }, form: {} };
}

function chosen(methods: readonly string[] = ['client_secret_basic']): string {
  for (const method of ['client_secret_basic', 'client_secret_post']) if (methods.includes(method)) return method;
  throw new AuthorizationFault(
    'the authorization server takes no client secrets',
    'set `private_key_file` under `credentials` in the place of a secret',
  );
}

function formEncoded(text: string): string {
  return new URLSearchParams({ _: text }).toString().slice(2);
}
