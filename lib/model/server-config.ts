/** A key a client may present, by its hash; the key itself is kept nowhere. */
export interface ApiKey {
  /** SHA-256 of the key, as 64 lower-case hex digits. */
  readonly hash: string;
  /** Whom it stands for; several keys may stand for one client, so that they can be replaced one by one. */
  readonly clientId: string;
  readonly roles: readonly string[];
  /** Selectors of what it permits by itself; undefined when it says nothing of that. */
  readonly permissions: readonly string[] | undefined;
  readonly tenant: string | undefined;
  /** Milliseconds since 1970 from which on it is no longer valid. */
  readonly expiresMs: number | undefined;
}

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
  /** Paths of PEM files. */
  readonly tls: { readonly cert: string; readonly key: string } | undefined;
  /** Whether the transport of 2024-11-05 is offered, too. */
  readonly legacySse: boolean;
  /** With none, whoever reaches the address is taken for the user of this machine. */
  readonly apiKeys: readonly ApiKey[];
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
