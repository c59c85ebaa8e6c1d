import type { StdioOptions } from '../stdio-session.ts';

export interface RunOptions {
  readonly config?: string;
  readonly profile?: 'balanced' | 'strict';
  readonly observe?: boolean;
  readonly client?: string;
  readonly traceFrames?: string;
}

/** All configured backends as one server on standard input and output. */
export function running({ config, profile, observe, client, traceFrames }: RunOptions): StdioOptions {
  return { config, overrides: { profile, observe }, client, traceFrames, endWithBackend: false };
}
