import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

/**
 * A process that writes records and ships them, and kills itself at a step that is named. Arguments: folder of the log,
 * URL of the receiver, how many records, the step, and at which time it comes by there.
 */
const [dir, url, count, step, time] = process.argv.slice(2) as [string, string, string, string, string];
let passed = 0;
const at = (name: string) => {
  if (name === step && ++passed === Number(time)) process.kill(process.pid, 'SIGKILL');
};

// Before anything has taken them from the module.
const { rename, open } = fs.promises;
fs.promises.rename = async (from, to) => {
  at('before-rename');
  await rename(from, to);
  at('after-rename');
};
fs.promises.open = async (path, ...rest) => {
  const file = await open(path, ...rest);
  if (String(path).endsWith('.new')) at('empty-draft');
  return file;
};
const { openSync } = fs;
fs.openSync = (path, ...rest) => {
  if (/\.\d+\.jsonl$/.test(String(path))) at('rotation');
  return openSync(path, ...rest);
};
syncBuiltinESMExports();

const { AuditWriter } = await import('../../../lib/audit/writer.ts');
const { Shipper } = await import('../../../lib/audit/shipping/shipper.ts');
const { shippedRecord } = await import('../../../lib/audit/export/form.ts');
const { holdLog } = await import('../../../backends/shipping/hold.ts');
const { WebhookReceiver } = await import('../../../backends/shipping/webhook-receiver.ts');
const { systemClock } = await import('../../../lib/model/clock.ts');

const webhook = new WebhookReceiver({ url, secrets: [], headers: { 'x-pid': `${process.pid}` }, allowPrivate: true });
const config = {
  enabled: true,
  dir,
  fallbackDir: undefined,
  includeArguments: 'none',
  rotate: { size: 20_000, keep: 1000 },
  retentionMs: 1e12,
  onFailure: 'block',
  fsync: '1s',
  shipping: undefined,
  checkpoints: { enabled: false, keyFile: '', every: 1000, copyTo: undefined },
} as const;
const around = { clock: systemClock, log: { write: () => {} }, mask: (text: string) => text };
const writer = new AuditWriter({ config, revision: 'r' }, around);
const shipper = new Shipper({
  dirs: [dir],
  receiver: {
    name: 'webhook',
    async send(batch) {
      at('before-send');
      const receipt = await webhook.send(batch);
      at('after-ack');
      return receipt;
    },
    reach: () => webhook.reach(),
    close: () => webhook.close(),
  },
  format: 'native',
  form: (line, seq, log) => shippedRecord('native', line, seq, log),
  hold: holdLog,
  writerOf: ({ pid }) => (pid === process.pid ? 'this' : 'nobody'),
  backoff: () => 10,
  tell: () => {},
});
for (let i = 1; i <= Number(count); i++) {
  writer.event('counted', { i, text: 'x'.repeat(100) });
  writer.commit();
  shipper.wake();
  // Shipping goes on between.
  if (i % 50 === 0) await new Promise((resolve) => setTimeout(resolve, 5));
}
writer.close();
await shipper.close(60_000);
