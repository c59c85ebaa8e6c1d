import { z } from 'zod';
import { isHost, isNetwork, isOrigin, isPublicUrl, parseListenAddress } from '../words/addresses.ts';
import { authentication } from './auth.ts';
import { injection, registry, rendering, secrets } from './inspection.ts';
import { sandbox } from './sandbox.ts';
import { duration } from './units.ts';

/** Paths `serve` answers itself. */
const TAKEN = /^\/(?:healthz|livez|readyz|sse|messages|api(?:\/.*)?|\.well-known(?:\/.*)?)?$/;

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
    .describe('Proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed.'),
  tls: z
    .strictObject({
      cert: z.string().min(1).describe('PEM file with the certificate and those above it.'),
      key: z.string().min(1).describe('PEM file with its private key.'),
      client_ca: z
        .string()
        .min(1)
        .optional()
        .describe('PEM file with the authorities of client certificates; with it clients may show one.'),
    })
    .optional()
    .describe('Serve https; all files are read again when they change and on SIGHUP.'),
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

/** The `security` section. */
export const security = z.strictObject({
  auth: authentication.optional().describe('Who may use this gateway, and how they prove it.'),
  injection: injection.optional().describe('Instructions that hide in what flows through.'),
  secrets: secrets.optional().describe('Keys, tokens and personal data in what flows through.'),
  rendering: rendering.optional().describe('What attacks whoever looks at a result.'),
  registry: registry.optional().describe('Pins of what servers offer.'),
  sandbox: sandbox.optional().describe('What every backend may touch; its own section goes before.'),
  tokens: z
    .strictObject({
      issuer: z
        .string()
        .min(1)
        .max(256)
        .optional()
        .describe('`iss` of tokens this gateway makes [its address, else `sallyport`].'),
      key_file: z
        .string()
        .min(1)
        .optional()
        .describe('PEM file with the keys they are signed with, the newest first; made when it is not there.'),
    })
    .optional()
    .describe('Tokens this gateway makes itself.'),
});
