import type { OtlpDestination } from '../../lib/model/shipping.ts';

export interface OtlpTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Attributes of the resource that the environment adds. */
  readonly resource: Readonly<Record<string, string>>;
  readonly allowPrivate: boolean;
}

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a collector usually listens. */
const USUAL = 'http://localhost:4318';

/**
 * Where logs go and with which headers. What stands in the environment as `OTEL_EXPORTER_OTLP_LOGS_…` wins over
 * `OTEL_EXPORTER_OTLP_…`, and both over the config: whoever runs the process knows its surroundings best.
 */
export function otlpTarget({ endpoint, headers, allowPrivate }: OtlpDestination, environment: Environment): OtlpTarget {
  const said = (name: string) => environment[name]?.trim() || undefined;
  const common = said('OTEL_EXPORTER_OTLP_ENDPOINT');
  const named = common ?? endpoint ?? USUAL;
  const url = said('OTEL_EXPORTER_OTLP_LOGS_ENDPOINT') ?? `${named.replace(/\/+$/, '')}/v1/logs`;
  const name = said('OTEL_SERVICE_NAME');
  return {
    url,
    headers: {
      ...headers,
      ...pairsIn(said('OTEL_EXPORTER_OTLP_HEADERS')),
      ...pairsIn(said('OTEL_EXPORTER_OTLP_LOGS_HEADERS')),
    },
    resource: { ...pairsIn(said('OTEL_RESOURCE_ATTRIBUTES')), ...(name === undefined ? {} : { 'service.name': name }) },
    allowPrivate,
  };
}

/** `key=value,key=value`, percent-encoded where needed. What is not of this form is left out. */
function pairsIn(text: string | undefined): Record<string, string> {
  const pairs = (text ?? '').split(',').flatMap((pair): [string, string][] => {
    const split = pair.indexOf('=');
    return split < 1 ? [] : [[decoded(pair.slice(0, split)), decoded(pair.slice(split + 1))]];
  });
  return Object.fromEntries(pairs);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.trim());
  } catch {
    return text.trim();
  }
}
