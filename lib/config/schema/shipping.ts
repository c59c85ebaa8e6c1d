import { z } from 'zod';
import { size } from './units.ts';
import { webhookSecret as secret } from './webhook.ts';

const headers = z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/), z.string().regex(/^[\x20-\x7e\t]+$/));
const url = z.string().refine((text) => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol), {
  error: 'must be a URL such as https://soc.example.com/audit',
});
const allowPrivate = z.boolean().optional().describe('Its name may lead into private networks.');

const webhook = z.strictObject({
  url: url.describe('Where batches are posted to; https, unless it is on loopback.'),
  secret: z
    .union([secret, z.array(secret).min(1).max(4)])
    .describe('Secret of the signatures (Standard Webhooks); several, the newest first, while one is replaced.'),
  headers: headers.optional().describe('Sent with every batch.'),
  allow_private: allowPrivate,
});

const otlp = z.strictObject({
  endpoint: url
    .optional()
    .describe('The collector, without `/v1/logs` [http://localhost:4318]; `OTEL_EXPORTER_OTLP_*` variables win.'),
  headers: headers.optional().describe('Sent with every batch.'),
  allow_private: allowPrivate,
});

const syslog = z.strictObject({
  url: z
    .string()
    .refine((text) => URL.canParse(text) && /^(?:tls|tcp):$/.test(new URL(text).protocol), {
      error: 'must be tls://host:port, or tcp://host:port on this machine',
    })
    .describe('The server: `tls://host:port`, or `tcp://host:port` on loopback.'),
  facility: z.int().min(0).max(23).optional().describe('Facility of the messages [13: log audit].'),
  allow_private: allowPrivate,
});

const destination = z.enum(['file', 'stdout', 'webhook', 'otlp', 'syslog']);

/** Keys of `audit` about where records go besides its files. */
export const shippingKeys = {
  destination: z
    .union([destination, z.array(destination)])
    .optional()
    .describe(
      'Where records go. Files are always kept, and everything else is sent from them; `stdout` only by `serve`.',
    ),
  format: z
    .enum(['native', 'ocsf', 'ecs', 'cef'])
    .optional()
    .describe('How records look that go elsewhere; the files are always native.'),
  shipping: z
    .strictObject({
      webhook: webhook.optional().describe('A URL that batches are posted to.'),
      otlp: otlp.optional().describe('An OpenTelemetry collector.'),
      syslog: syslog.optional().describe('A syslog server.'),
      max_unshipped: size
        .optional()
        .describe('What was not sent is kept past its retention, up to this size of all files [1GB].'),
    })
    .optional()
    .describe('How records reach the destinations.'),
};
