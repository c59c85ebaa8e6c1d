import { z } from 'zod';
import { parseListenAddress } from '../words/addresses.ts';

const ENDPOINT = /^\/[\w./~-]{1,200}$/;

/** The `metrics` section. One that is there turns them on, unless it says otherwise. */
export const metrics = z
  .strictObject({
    enabled: z.boolean().optional().describe('Whether metrics are counted and can be read.'),
    listen_addr: z
      .string()
      .refine((value) => parseListenAddress(value) !== undefined, {
        error: 'must be an address such as 127.0.0.1:9091',
      })
      .optional()
      .describe('Where they are read; anything but this machine needs `token` or `allow_public`.'),
    port: z.int().min(0).max(65_535).optional().describe('Another word for `listen_addr` on this machine.'),
    endpoint: z
      .string()
      .regex(ENDPOINT, { error: 'must be a path such as /metrics' })
      .optional()
      .describe('Path they are read at.'),
    token: z
      .string()
      .min(16)
      .optional()
      .describe('What whoever reads them must show as `Authorization: Bearer`; take it from the environment.'),
    allow_public: z.boolean().optional().describe('Others may read them and need not show anything.'),
  })
  .describe('Counts in the text format of Prometheus.');

/** The `telemetry` section. One that is there turns traces on, unless it says otherwise. */
export const telemetry = z
  .strictObject({
    enabled: z.boolean().optional().describe('Whether traces are recorded and sent.'),
    otlp_endpoint: z
      .string()
      .refine(isCollector, { error: 'must be a URL such as http://127.0.0.1:4318, without a user and a query' })
      .optional()
      .describe('Collector that takes OTLP over HTTP; OTEL_EXPORTER_OTLP_ENDPOINT goes before it.'),
    sample: z.number().min(0).max(1).optional().describe('Share of the traces begun here that are recorded.'),
    propagate: z.boolean().optional().describe('Whether backends are told the trace, in `_meta`.'),
    capture_arguments: z
      .boolean()
      .optional()
      .describe('Whether spans hold the arguments of calls, with secrets masked.'),
    allow_baggage: z.boolean().optional().describe('Whether the baggage of clients goes on to backends.'),
    trust_callers: z
      .boolean()
      .optional()
      .describe('Whether a trace that comes over HTTP is gone on with; else it is only linked.'),
    metrics: z
      .boolean()
      .optional()
      .describe('Whether metrics are sent to the collector as well, once a minute and at the end.'),
  })
  .describe('OpenTelemetry: traces of requests, and metrics.');

function isCollector(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, username, password, search, hash } = new URL(text);
  return /^https?:$/.test(protocol) && username + password + search + hash === '';
}
