/** How the log is signed. */
export interface CheckpointConfig {
  /** File of the key that signs; it is made with the first checkpoint. */
  readonly keyFile: string;
  /** Whether records are signed at all. */
  readonly enabled: boolean;
  /** Most records without a checkpoint. */
  readonly every: number;
  /** A folder elsewhere that gets every checkpoint as well. */
  readonly copyTo: string | undefined;
}
