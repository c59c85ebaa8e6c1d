/** Who came in through a door, as far as it was proven there. */
export interface Identity {
  /** The human or service on whose behalf calls are made. */
  readonly subject: string;
  readonly roles: readonly string[];
  /** How the subject was proven. */
  readonly proof: 'os-user' | 'api-key';
}

/** Who asks: only proven facts (AuthZEN `subject` and `context.agent`). */
export interface Principal extends Identity {
  /** The client program, as it names itself; for people to read, never for decisions. */
  readonly agent: string;
}
