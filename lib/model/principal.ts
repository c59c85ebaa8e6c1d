/** The client of whom nothing is known but the user it runs for. */
export const LOCAL_CLIENT = 'local';

/** Who came in through a door, as far as it was proven there. */
export interface Identity {
  /** The human or service on whose behalf calls are made. */
  readonly subject: string;
  /** The program that calls, as far as it is known for sure: the id of its key, or what the operator named it. */
  readonly clientId: string;
  readonly roles: readonly string[];
  /** What its key permits by itself, besides its roles; undefined when it says nothing of it. */
  readonly permissions?: readonly string[] | undefined;
  readonly tenant?: string | undefined;
  /** How the subject was proven. */
  readonly proof: 'os-user' | 'api-key';
}

/** Who asks: only proven facts (AuthZEN `subject` and `context.agent`). */
export interface Principal extends Identity {
  /** The client program, as it names itself; for people to read, never for decisions. */
  readonly agent: string;
}
