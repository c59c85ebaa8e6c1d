import { randomUUID } from 'node:crypto';
import {
  defaultResource,
  detectResources,
  envDetector,
  type Resource,
  resourceFromAttributes,
} from '@opentelemetry/resources';

/** Each process counts for itself, so a collector must tell their numbers apart. */
const INSTANCE = randomUUID();

/** Who says what is sent by OTLP; OTEL_SERVICE_NAME and OTEL_RESOURCE_ATTRIBUTES go before it. */
export function gatewayResource(version: string): Resource {
  const named = { 'service.name': 'sallyport', 'service.version': version, 'service.instance.id': INSTANCE };
  return defaultResource()
    .merge(resourceFromAttributes(named))
    .merge(detectResources({ detectors: [envDetector] }));
}
