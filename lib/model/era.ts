/** Which of the protocol's two eras is spoken: `initialize` and sessions, or facts on every request (2026-07-28). */
export type Era = 'legacy' | 'modern';
