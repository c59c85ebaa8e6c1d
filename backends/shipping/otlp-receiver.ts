import type { Batch, OtlpDestination, Receipt, Receiver, Severity, ShippedRecord } from '../../lib/model/shipping.ts';
import { VERSION } from '../../lib/model/version.ts';
import { posted, reached } from './http-receipt.ts';
import { otlpTarget } from './otlp-target.ts';

/** Number and name of OpenTelemetry for a severity of ours. */
const SEVERITIES: Readonly<Record<Severity, readonly [number, string]>> = {
  1: [9, 'INFO'],
  3: [10, 'INFO2'],
  5: [13, 'WARN'],
  7: [17, 'ERROR'],
  9: [21, 'FATAL'],
};

/** Sends records to an OpenTelemetry collector: logs by OTLP over HTTP, in JSON. */
export class OtlpReceiver implements Receiver {
  readonly name = 'otlp';
  readonly #to: ReturnType<typeof otlpTarget>;

  constructor(to: OtlpDestination, environment: Readonly<Record<string, string | undefined>>) {
    this.#to = otlpTarget(to, environment);
  }

  send(batch: Batch): Promise<Receipt> {
    const { url, headers, resource, allowPrivate } = this.#to;
    const body = JSON.stringify({
      resourceLogs: [
        {
          resource: {
            attributes: attributes({ 'service.name': 'sallyport', 'service.version': VERSION, ...resource }),
          },
          scopeLogs: [
            {
              scope: { name: 'sallyport.audit', version: VERSION },
              logRecords: batch.records.map((record) => logRecord(record, batch)),
            },
          ],
        },
      ],
    });
    const all = { ...headers, 'Content-Type': 'application/json', 'Idempotency-Key': batch.id };
    return posted({ url, allowPrivate, headers: all, body }, partly);
  }

  reach(): Promise<string> {
    return reached(this.#to.url, this.#to.allowPrivate);
  }

  close(): void {}
}

function logRecord({ seq, at, kind, subject, severity, trace, text }: ShippedRecord, { id, log, format }: Batch) {
  const [severityNumber, severityText] = SEVERITIES[severity];
  return {
    timeUnixNano: `${at}000000`,
    observedTimeUnixNano: `${at}000000`,
    severityNumber,
    severityText,
    body: { stringValue: text },
    attributes: attributes({
      'event.name': `sallyport.${kind}`,
      'sallyport.subject': subject,
      'sallyport.log': log,
      'sallyport.seq': seq,
      'sallyport.batch': id,
      'sallyport.format': format,
    }),
    ...(trace === undefined ? {} : { traceId: trace }),
  };
}

function attributes(values: Readonly<Record<string, string | number>>) {
  return Object.entries(values).map(([key, value]) => ({
    key,
    value: typeof value === 'number' ? { intValue: String(value) } : { stringValue: value },
  }));
}

/** A collector that takes a batch may still have left some of it out, and must not be sent it again. */
function partly(text: string): Receipt {
  const { partialSuccess } = parsed(text);
  const rejected = Number(partialSuccess?.rejectedLogRecords ?? 0);
  if (!(rejected > 0)) return { kind: 'taken' };
  return {
    kind: 'partly',
    why: `${rejected} were rejected: ${String(partialSuccess?.errorMessage ?? '').slice(0, 300)}`,
  };
}

function parsed(text: string): { partialSuccess?: { rejectedLogRecords?: unknown; errorMessage?: unknown } } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
