import type { OnBehalf } from '../../lib/model/authorization.ts';
import { accountOf } from '../../lib/model/principal.ts';
import type { Known } from './server-known.ts';
import type { Form } from './token-endpoint.ts';

const CLIENT_CREDENTIALS = 'client_credentials';
const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer';
const EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange';
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token';

/** Why a token endpoint should hand out a token, and to whom it then belongs. */
export interface Grant {
  /** Under what tokens are kept: two callers share one only where it would be the same anyway. */
  accountOf(onBehalf: OnBehalf | undefined): string;
  /** What the request says besides what all of them say; made anew for each. */
  formFor(onBehalf: OnBehalf | undefined, known: Known, scopes: Form): Form | Promise<Form>;
}

/** The gateway is who it is, whoever calls (RFC 6749, 4.4). */
export const forItself: Grant = {
  accountOf: () => '',
  formFor: () => [['grant_type', CLIENT_CREDENTIALS]],
};

/** Gives the assertion as it is now: none is kept, for they live shortly and some count once. */
export type AssertionOf = (known: Known, scopes: Form) => Promise<string>;

/** Somebody else has signed a statement, whoever calls (RFC 7523, 2.1). */
export function byAssertion(assertion: AssertionOf): Grant {
  return {
    accountOf: () => '',
    formFor: async (_onBehalf, known, scopes) => [
      ['grant_type', JWT_BEARER],
      ['assertion', await assertion(known, scopes)],
    ],
  };
}

export interface CallerStatement {
  /** A token of our own that says who calls, for the authorization server `audience` alone; never what the caller came with. */
  subjectToken(onBehalf: OnBehalf, audience: string): string | Promise<string>;
  readonly subjectTokenType: string;
}

/** The gateway says who calls (RFC 8693), for each caller; its own requests go in its own name. */
export function forCaller({ subjectToken, subjectTokenType }: CallerStatement): Grant {
  return {
    accountOf: (onBehalf) => {
      if (onBehalf === undefined) return '';
      const { identity } = onBehalf;
      const { proof, clientId, roles, scopes, tenant, actors } = identity;
      return JSON.stringify([accountOf(identity), proof, clientId, tenant, roles, scopes, actors]);
    },
    formFor: async (onBehalf, known, scopes) => {
      if (onBehalf === undefined) return await forItself.formFor(onBehalf, known, scopes);
      return [
        ['grant_type', EXCHANGE],
        ['subject_token', await subjectToken(onBehalf, known.endpoint.issuer)],
        ['subject_token_type', subjectTokenType],
        ['requested_token_type', ACCESS_TOKEN],
      ];
    },
  };
}
