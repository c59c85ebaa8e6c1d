/** Who asks: only proven facts (AuthZEN `subject` and `context.agent`). */
export interface Principal {
  /** The human or service on whose behalf the call is made. */
  readonly subject: string;
  /** The client program, as it names itself; for people to read, never for decisions. */
  readonly agent: string;
  readonly roles: readonly string[];
  /** How the subject was proven. */
  readonly proof: 'os-user';
}
