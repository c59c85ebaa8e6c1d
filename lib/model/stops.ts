/** Who pulled the emergency brake, and why. */
export interface Stop {
  readonly backend: string | undefined;
  readonly by: string;
  readonly sinceMs: number;
  readonly why: string;
}

/** The kill switch of `sallyport stop`. */
export interface Stops {
  /** What stops `backend` now; undefined when nothing does. Throws when it cannot be told, which denies. */
  stopping(backend: string): Stop | undefined;
}
