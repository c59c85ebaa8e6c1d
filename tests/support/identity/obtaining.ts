import type { Authorization, OnBehalf, Refusal } from '../../../lib/model/authorization.ts';
import type { BackendConfig } from '../../../lib/model/config.ts';
import type { ObtainedCredentials } from '../../../lib/model/obtained-credentials.ts';
import type { Message } from '../mcp/lines.ts';

const NOTHING: Omit<ObtainedCredentials, 'mode'> = {
  issuer: undefined,
  tokenUrl: undefined,
  clientId: undefined,
  clientProof: { kind: 'none' },
  clientMetadataUrl: undefined,
  resource: undefined,
  audience: undefined,
  scopes: undefined,
  dpop: false,
  subjectTokenType: 'urn:ietf:params:oauth:token-type:jwt',
  grant: undefined,
  redirectPort: undefined,
};

/** A backend at `url` whose tokens are obtained like this. */
export function obtaining(url: string, credentials: Pick<ObtainedCredentials, 'mode'> & Partial<ObtainedCredentials>) {
  return {
    name: 'far',
    remote: { url, headers: {}, transport: 'auto', allowPrivate: false, allowInsecure: false, connectTimeoutMs: 5000 },
    credentials: { inject: 'env', variables: [], authorization: { ...NOTHING, ...credentials } },
  } as unknown as BackendConfig;
}

/** Posts a message as the gateway does: a refusal is answered up to three times. */
export async function send(
  authorization: Authorization,
  url: string,
  method: string,
  params: Message = {},
  onBehalf?: OnBehalf,
): Promise<Response> {
  const outgoing = { method: 'POST', url: new URL(url), onBehalf };
  for (let refusals = 0; ; refusals++) {
    const list = await authorization.headers(outgoing);
    const headers = new Headers({ 'Content-Type': 'application/json' });
    for (let at = 0; at < list.length; at += 2) headers.append(list[at]!, list[at + 1]!);
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
    const response = await fetch(url, { method: 'POST', headers, body });
    const status = response.status as Refusal['status'];
    if (refusals >= 3 || ![400, 401, 403].includes(status)) return response;
    const line = response.headers.get('www-authenticate');
    const dpopNonce = response.headers.get('dpop-nonce') ?? undefined;
    if (!(await authorization.refused(outgoing, { status, challenges: line === null ? [] : [line], dpopNonce })))
      return response;
  }
}
