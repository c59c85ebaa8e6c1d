import { holdLog } from '../../backends/shipping/hold.ts';
import { OtlpReceiver } from '../../backends/shipping/otlp-receiver.ts';
import { StdoutReceiver } from '../../backends/shipping/stdout-receiver.ts';
import { SyslogReceiver } from '../../backends/shipping/syslog-receiver.ts';
import { WebhookReceiver } from '../../backends/shipping/webhook-receiver.ts';
import { shippedRecord } from '../../lib/audit/export/form.ts';
import { otherWriterRuns, segmentName } from '../../lib/audit/files.ts';
import { backoffMs } from '../../lib/audit/shipping/backoff.ts';
import { type LogFiles, segmentPath } from '../../lib/audit/shipping/log-files.ts';
import { Shipper, type ShippingEvent } from '../../lib/audit/shipping/shipper.ts';
import { ConfigError } from '../../lib/config/problems.ts';
import type { Code } from '../../lib/model/codes.ts';
import type { Config } from '../../lib/model/config.ts';
import type { Log } from '../../lib/model/log.ts';
import type { Destination, Receiver, ShippingConfig } from '../../lib/model/shipping.ts';
import type { Watcher } from '../../lib/model/watcher.ts';

export interface ShippingGround {
  readonly log: Log;
  /** Who watches hears of every record. */
  watch(watcher: Watcher): () => void;
  event(event: string, fields: Readonly<Record<string, unknown>>): void;
  readonly door: keyof typeof GRACE_MS;
}

/** What is left is shipped by the next process; nobody waits long for the last records. */
const GRACE_MS = { stdio: 400, http: 3000 } as const;

const CODES_OF: Readonly<Record<ShippingEvent, Code | undefined>> = {
  shipping_behind: 'SP7020',
  shipping_recovered: undefined,
  shipping_set_aside: 'SP7021',
  shipping_cursor_lost: 'SP7022',
  shipping_cursor_failed: 'SP7022',
  shipping_gap: 'SP7022',
};

/** Begins to ship the log where the config says; what this answers ends it. */
export async function openShipping(config: Config, ground: ShippingGround): Promise<() => Promise<void>> {
  const shipping = config.audit.shipping!;
  refuseStdout(shipping, ground);
  const { dir, fallbackDir } = config.audit;
  const dirs = fallbackDir === undefined ? [dir] : [dir, fallbackDir];
  const shippers = receiversOf(shipping).map(
    (receiver) =>
      new Shipper({
        dirs,
        receiver,
        format: shipping.format,
        form: (line, seq, log) => shippedRecord(shipping.format, line, seq, log),
        hold: holdLog,
        writerOf,
        backoff: backoffMs,
        tell: (event, fields) => tell(ground, event, fields),
      }),
  );
  const wake = () => {
    for (const shipper of shippers) shipper.wake();
  };
  const unwatch = ground.watch({ called: wake, ended: wake, refused: wake, event: wake });
  return async () => {
    unwatch();
    await Promise.all(shippers.map((shipper) => shipper.close(GRACE_MS[ground.door])));
  };
}

/** A receiver for each destination. */
export function receiversOf(shipping: ShippingConfig): Receiver[] {
  const make: Readonly<Record<Destination, () => Receiver>> = {
    stdout: () => new StdoutReceiver(process.stdout),
    webhook: () => new WebhookReceiver(shipping.webhook!),
    otlp: () => new OtlpReceiver(shipping.otlp!, process.env),
    syslog: () => new SyslogReceiver(shipping.syslog!),
  };
  return shipping.destinations.map((one) => make[one]());
}

/** Frames of the protocol and records on one stream would break both. */
function refuseStdout({ stdoutAt }: ShippingConfig, { door }: ShippingGround): void {
  if (stdoutAt === undefined || door === 'http') return;
  const message = '`stdout` is a destination of records only under `serve`';
  throw new ConfigError([{ code: 'SP7024', severity: 'error', message, where: stdoutAt }]);
}

function tell({ event: note, log }: ShippingGround, event: ShippingEvent, fields: Record<string, unknown>): void {
  const code = CODES_OF[event];
  note(event, code === undefined ? fields : { code, ...fields });
  const why = `${String(fields.destination)}: ${String(fields.why ?? fields.log ?? '')}`;
  if (code === undefined) log.write('warn', event, fields);
  else log.write('error', event, { ...fields, code, why });
}

/** A number that was taken up again by a later process of another kind is not told from one that still runs. */
function writerOf(log: LogFiles): 'this' | 'another' | 'nobody' {
  if (otherWriterRuns(segmentPath({ ...log, dir: '' }, 1))) return 'another';
  const began = Number(/-(\d+)$/.exec(log.name)?.[1]);
  const isNow = began >= Date.now() - process.uptime() * 1000 - 1000;
  return isNow && segmentName(process.pid, began, 1) === `${log.name}.jsonl` ? 'this' : 'nobody';
}
