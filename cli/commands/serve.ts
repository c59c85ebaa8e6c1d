import { serveHttp } from '../http-service.ts';

export interface ServeOptions {
  readonly config?: string;
  readonly profile?: 'balanced' | 'strict';
  readonly observe?: boolean;
  readonly traceFrames?: string;
}

/** Serves all configured backends over Streamable HTTP. */
export function serve({ config, profile, observe, traceFrames }: ServeOptions): Promise<number> {
  return serveHttp({ config, overrides: { profile, observe, serving: true }, traceFrames });
}
