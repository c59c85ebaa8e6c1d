import { z } from 'zod';
import { isHost, isNetwork, isOrigin, isPublicUrl, parseListenAddress } from './addresses.ts';
import { injection } from './schema-aliases.ts';
import { selector } from './schema-globs.ts';
import { bucket } from './schema-rules.ts';
import { sandbox } from './schema-sandbox.ts';
import { duration } from './schema-units.ts';

/** Paths `serve` answers itself. */
const TAKEN = /^\/(?:healthz|livez|readyz|sse|messages|api(?:\/.*)?)?$/;

function text(accepts: (value: string) => boolean, error: string): z.ZodString {
  return z.string().refine(accepts, { error });
}

const path = text((value) => /^\/[\w./~-]*$/.test(value) && !TAKEN.test(value), 'must be a path such as /mcp');

/** The `server` section, read by `serve` only. */
export const server = z.strictObject({
  listen_addr: text((value) => parseListenAddress(value) !== undefined, 'must be an address such as 127.0.0.1:9020')
    .optional()
    .describe('Where to listen; anything but this machine needs `security.auth.api_keys`.'),
  path: path.optional().describe('Path of the MCP endpoint.'),
  public_url: text(isPublicUrl, 'must be a URL such as https://mcp.example.com/mcp')
    .optional()
    .describe('The endpoint as clients see it, when that differs; its host and origin are allowed.'),
  allowed_hosts: z
    .array(text(isHost, 'must be a host such as mcp.internal or mcp.internal:9020'))
    .optional()
    .describe('Further names this server may be called by in the `Host` header.'),
  allowed_origins: z
    .array(text(isOrigin, 'must be an origin such as https://app.example.com'))
    .optional()
    .describe('Web pages that may use this server; all others are refused.'),
  trusted_proxies: z
    .array(text(isNetwork, 'must be an address or a network such as 10.0.0.0/8'))
    .optional()
    .describe('Proxies whose `X-Forwarded-For` is believed.'),
  tls: z
    .strictObject({
      cert: z.string().min(1).describe('PEM file with the certificate and those above it.'),
      key: z.string().min(1).describe('PEM file with its private key.'),
    })
    .optional()
    .describe('Serve https; both files are read again when they change and on SIGHUP.'),
  legacy_sse: z
    .boolean()
    .optional()
    .describe('Offer the deprecated transport of 2024-11-05 under /sse and /messages, too.'),
  max_connections: z.int().positive().optional().describe('Connections in all.'),
  max_connections_per_address: z.int().positive().optional().describe('Connections from one address.'),
  max_sessions: z.int().positive().optional().describe('Sessions of legacy clients in all.'),
  max_sessions_per_client: z.int().positive().optional().describe('Sessions of one client.'),
  max_requests_per_client: z.int().positive().optional().describe('Requests of one client that run at a time.'),
  session_idle: duration.optional().describe('A session nobody uses for so long ends.'),
  request_timeout: duration.optional().describe('How long a client has to send a whole request.'),
  idle_timeout: duration.optional().describe('How long a connection without a request stays open.'),
  drain: duration.optional().describe('How long calls may finish after SIGTERM.'),
});

const apiKey = z.strictObject({
  key: z.string().min(1).describe('`sha256:HASH` as `sallyport token hash` prints it, or `${NAME}`.'),
  client_id: text((value) => /^[\w.@:/-]{1,128}$/.test(value), 'must be 1 to 128 letters, digits or ._@:/-').describe(
    'Whom the key stands for.',
  ),
  roles: z.array(z.string().min(1)).optional().describe('Roles of the client.'),
  permissions: z.array(selector).optional().describe('What the key permits by itself, as roles do.'),
  tenant: z.string().min(1).optional().describe('The tenant the client belongs to.'),
  rate_limit: bucket.optional().describe('How often the client may call.'),
  expires: text((value) => !Number.isNaN(Date.parse(value)), 'must be a date such as 2027-01-31')
    .optional()
    .describe('The key is not valid from this moment on (UTC).'),
});

/** The `security` section. */
export const security = z.strictObject({
  auth: z
    .strictObject({
      enabled: z.literal(true).optional().describe('Keys are asked for wherever there are any.'),
      api_keys: z.array(apiKey).optional().describe('The keys clients of `serve` may present.'),
    })
    .optional()
    .describe('Who may use `serve`.'),
  injection: injection.optional(),
  sandbox: sandbox.optional().describe('What every backend may touch; its own section goes before.'),
});
