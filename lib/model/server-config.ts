/** What `serve` listens on, and whom it lets in. */
export interface ServerConfig {
  /** Name or address to listen on; undefined for every interface. */
  readonly host: string | undefined;
  /** 0 for any that is free. */
  readonly port: number;
  /** Path of the MCP endpoint. */
  readonly path: string;
  readonly publicUrl: string | undefined;
  /** Host names, with a port where only that one is meant, besides those of this machine and of the public URL. */
  readonly allowedHosts: readonly string[];
  readonly allowedOrigins: readonly string[];
  /** Addresses and networks whose `X-Forwarded-For` is believed. */
  readonly trustedProxies: readonly string[];
  /** Paths of PEM files; `clientCa` has the authorities whose certificates clients may show. */
  readonly tls: { readonly cert: string; readonly key: string; readonly clientCa: string | undefined } | undefined;
  /** Whether the transport of 2024-11-05 is offered, too. */
  readonly legacySse: boolean;
  readonly limits: ServerLimits;
}

export interface ServerLimits {
  readonly maxConnections: number;
  readonly maxConnectionsPerAddress: number;
  readonly maxSessions: number;
  readonly maxSessionsPerClient: number;
  readonly maxRequestsPerClient: number;
  /** A session nobody uses for so long ends. */
  readonly sessionIdleMs: number;
  /** A client has so long to send a whole request. */
  readonly requestTimeoutMs: number;
  /** A connection without a request is closed after so long. */
  readonly idleTimeoutMs: number;
  /** Calls may finish for so long once the server has been told to end. */
  readonly drainMs: number;
}
