import { AuthorizationFault } from '../../lib/model/authorization.ts';
import { Unanswered } from '../http/asking.ts';

/** A user has to agree before there can be a token for `backend`. */
export function loginNeeded(backend: string, why: string): AuthorizationFault {
  return new AuthorizationFault(why, `sallyport login ${backend}`, 'SP2019');
}

/** What an authorization server answered in the terms of RFC 6749, 5.2, or 8628, 3.5. */
export class OAuthRefusal extends Error {
  readonly status: number;
  /** Its `error`; empty where it said none. */
  readonly error: string;

  constructor(status: number, error: string) {
    super(error === '' ? `answered HTTP ${status}` : `answered "${error}" (HTTP ${status})`);
    this.status = status;
    this.error = error;
  }
}

/** What went wrong in words for anybody who may use the backend. */
export function briefly(error: Error): string {
  return error instanceof Unanswered ? error.brief : error.message;
}
