import { unambiguousObject } from '../../lib/identity/tokens/unambiguous.ts';
import type { DpopSigner } from '../../lib/issuing/dpop-signer.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { Json } from '../../lib/model/json.ts';
import { type Said, saidTo } from '../http/asking.ts';
import { clientWords, type OAuthClient } from './client.ts';
import { OAuthRefusal } from './fault.ts';
import { type Token, tokenIn } from './token.ts';

const TIMEOUT_MS = 10_000;
/** What an `error` can be (RFC 6749, 5.2), and no longer than any there is. */
const ERROR = /^[\x20\x21\x23-\x5b\x5d-\x7e]{1,64}$/;

/** One authorization server, as far as tokens are asked of it. */
export interface TokenEndpoint {
  readonly url: URL;
  /** What the server calls itself. */
  readonly issuer: string;
  readonly clientProofs: readonly string[] | undefined;
  readonly allowPrivate: boolean;
}

export interface AskingGround {
  readonly clock: Clock;
  /** Undefined where tokens are bound to no key. */
  readonly signer: DpopSigner | undefined;
}

/** Names and values of a form; a name may stand there several times. */
export type Form = readonly (readonly [string, string])[];

/**
 * Asks a token endpoint (RFC 6749, 3.2). Rejects with an {@link OAuthRefusal} for what it answers, and with an `Error` when
 * there is no answer or none that counts; neither holds anything that was sent.
 */
export async function askForToken(
  endpoint: TokenEndpoint,
  client: OAuthClient,
  form: Form,
  ground: AskingGround,
): Promise<Token> {
  return tokenIn(await answerOf(endpoint, client, form, ground), ground.signer !== undefined, ground.clock.now());
}

/** The same for what is no token for a backend: the caller judges what was answered. */
export async function answerOf(
  endpoint: TokenEndpoint,
  client: OAuthClient,
  form: Form,
  { clock, signer }: AskingGround,
): Promise<Json | undefined> {
  const asked = async (): Promise<Said> => {
    const own = await clientWords(client, endpoint.clientProofs, endpoint.issuer, clock);
    const proof = signer?.proof({ method: 'POST', url: endpoint.url, token: undefined });
    return await saidTo({
      url: endpoint.url.href,
      allowPrivate: endpoint.allowPrivate,
      method: 'POST',
      timeoutMs: TIMEOUT_MS,
      headers: {
        'Content-Type': 'application/x-www-form-urlencoded',
        ...own.headers,
        ...(proof === undefined ? {} : { DPoP: proof }),
      },
      body: new URLSearchParams(
        [...form, ...Object.entries(own.form)].map(([name, value]) => [name, value] as [string, string]),
      ).toString(),
    });
  };
  const nonceIn = ({ headers }: Said) => signer?.learn(endpoint.url, one(headers['dpop-nonce'])) === true;
  let said = await asked();
  let isNew = nonceIn(said);
  if (isNew && errorIn(said) === 'use_dpop_nonce') {
    said = await asked();
    isNew = nonceIn(said);
  }
  if (said.status !== 200) throw new OAuthRefusal(said.status, errorIn(said));
  return unambiguousObject(said.text);
}

function errorIn({ status, text }: Said): string {
  if (status < 400 || status > 499) return '';
  const { error }: Json = unambiguousObject(text) ?? {};
  return typeof error === 'string' && ERROR.test(error) ? error : '';
}

function one(value: string | readonly string[] | undefined): string | undefined {
  return typeof value === 'string' ? value : value?.[0];
}
