import type { ServerResponse } from 'node:http';
import type { TestContext } from 'node:test';
import { openObtained } from '../../../backends/authorization/open.ts';
import type { Authorization, OnBehalf, Refusal } from '../../../lib/model/authorization.ts';
import type { ObtainedCredentials } from '../../../lib/model/obtained-credentials.ts';
import { FakeClock } from '../clock.ts';
import { temporaryFolder } from '../folder.ts';
import { obtaining } from './obtaining.ts';
import { type AskedOf, PublishedKeys as ScriptedServer } from './published-keys.ts';

export const SECRET = 'the-client-secret-of-the-gateway';

export type Answers = Readonly<Record<string, (asked: AskedOf, response: ServerResponse) => unknown>>;

/** An authorization server that answers by path; a token is `t1`, then `t2` and so on, unless it is told otherwise. */
export async function scripted(t: TestContext, answers: Answers = {}) {
  const server = await ScriptedServer.start(t);
  const issuer = server.origin;
  let tokens = 0;
  const usual: Answers = {
    '/.well-known/oauth-authorization-server': () => ({
      issuer,
      token_endpoint: `${issuer}/token`,
      authorization_endpoint: `${issuer}/auth`,
      registration_endpoint: `${issuer}/register`,
      code_challenge_methods_supported: ['S256'],
      token_endpoint_auth_methods_supported: ['client_secret_basic', 'client_secret_post'],
    }),
    '/token': () => ({ access_token: `t${++tokens}`, token_type: 'Bearer', expires_in: 300 }),
  };
  server.answering = (response, asked) => {
    const path = asked.path.split('?')[0]!;
    const answer = (answers[path] ?? usual[path])?.(asked, response);
    if (response.writableEnded) return;
    if (answer === undefined) response.writeHead(404).end();
    else response.setHeader('Content-Type', 'application/json').end(JSON.stringify(answer));
  };
  const count = (path: string) => server.asked.filter((asked) => asked.path === path).length;
  const forms = () => server.asked.filter(({ path }) => path === '/token').map(({ body }) => new URLSearchParams(body));
  return { server, issuer, count, forms };
}

export function opened(
  t: TestContext,
  issuer: string,
  more: Partial<ObtainedCredentials> = {},
  clock = new FakeClock(),
) {
  const backend = obtaining(`${issuer}/mcp`, {
    mode: 'client_credentials',
    issuer,
    clientId: 'gateway',
    clientProof: { kind: 'secret', from: { kind: 'value', value: SECRET } },
    ...more,
  });
  const learned: string[] = [];
  const authorization = openObtained(backend, {
    clock,
    stateDir: temporaryFolder(t),
    environment: {},
    learn: (secrets) => void learned.push(...secrets),
    subjectToken: ({ identity }, audience) => `token of ${identity.subject} for ${audience}`,
  });
  return { authorization, clock, learned };
}

export const outgoing = (onBehalf?: OnBehalf) => ({
  method: 'POST',
  url: new URL('https://far.example/mcp'),
  onBehalf,
});
export const tokenOf = async (authorization: Authorization, request = outgoing()) =>
  (await authorization.headers(request))[1];
export const refusal = (status: Refusal['status'], ...challenges: string[]): Refusal => ({
  status,
  challenges,
  dpopNonce: undefined,
});
export const who = (subject: string, tenant?: string): OnBehalf => ({
  identity: { subject, clientId: 'app', roles: [], tenant, proof: 'jwt', issuer: 'https://idp.example' },
  decision: 'd',
  action: 'tools/call',
  resource: 'far/read',
});

/** The message of what goes wrong. */
export async function fault(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing went wrong');
}
