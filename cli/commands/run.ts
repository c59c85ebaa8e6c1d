import { serveStdio } from '../stdio-session.ts';

export interface RunOptions {
  readonly config?: string;
  readonly profile?: 'balanced' | 'strict';
  readonly observe?: boolean;
  readonly client?: string;
  readonly traceFrames?: string;
}

/** Serves all configured backends as one server on standard input and output. */
export function run({ config, profile, observe, client, traceFrames }: RunOptions): Promise<number> {
  return serveStdio({ config, overrides: { profile, observe }, client, traceFrames, endWithBackend: false });
}
