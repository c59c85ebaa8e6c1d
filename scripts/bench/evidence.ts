import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CheckpointCheck } from '../../lib/audit/checkpoints/checkpoint-check.ts';
import { Checkpoints } from '../../lib/audit/checkpoints/checkpoints.ts';
import { ownSigner } from '../../lib/audit/checkpoints/signing-key.ts';
import { segmentsIn } from '../../lib/audit/files.ts';
import { groupSegments, verifyChain } from '../../lib/audit/verify.ts';
import { AuditWriter } from '../../lib/audit/writer.ts';
import { systemClock } from '../../lib/model/clock.ts';
import type { AuditConfig } from '../../lib/model/config.ts';
import { type Measure, measure } from './measure.ts';

const RECORDS = 100_000;
/** Records of one turn of the loop, between which what may wait gets its turn. */
const A_TURN = 4;
const MICROSECONDS = 1000;

/** What a record costs with and without checkpoints, and how fast a log is verified: processor time, so that a busy machine counts for little. */
export async function overEvidence(rounds: number): Promise<Measure[]> {
  const paths: Record<string, number[]> = { plain: [], signed: [] };
  const wholes: Record<string, number[]> = { plain: [], signed: [] };
  const rates: Record<string, number[]> = { plain: [], signed: [] };
  for (let round = 0; round < rounds; round++) {
    for (const kind of ['plain', 'signed'] as const) {
      const home = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
      try {
        const { path, whole } = await written(home, kind === 'signed');
        paths[kind]!.push(path);
        wholes[kind]!.push(whole);
        rates[kind]!.push(verifiedIn(home, kind === 'signed'));
      } finally {
        rmSync(home, { recursive: true, force: true });
      }
    }
  }
  const of = (all: Record<string, number[]>) => ({ plain: median(all.plain!), signed: median(all.signed!) });
  const [path, whole, rate] = [of(paths), of(wholes), of(rates)];
  return [
    measure('a record, until its frame may leave', path, 'µs', path.signed, 'µs with checkpoints', 10),
    measure(
      'a record, with all that is done for it later',
      whole,
      'µs',
      whole.signed,
      'µs with checkpoints',
      undefined,
    ),
    measure('records verified', rate, 'a second', rate.signed, 'a second with checkpoints', -100_000),
  ];
}

/** Microseconds a record: of the median one on the call path, and of the processor in all. */
async function written(home: string, signed: boolean): Promise<{ path: number; whole: number }> {
  const writer = writerIn(home, signed);
  const times = new Float64Array(RECORDS);
  const began = process.cpuUsage();
  for (let i = 0; i < RECORDS; i++) {
    const at = process.hrtime.bigint();
    writer.event('noted', LIKE_A_CALL);
    writer.commit();
    times[i] = Number(process.hrtime.bigint() - at) / MICROSECONDS;
    if (i % A_TURN === A_TURN - 1) await new Promise((resolve) => setImmediate(resolve));
  }
  writer.close();
  const { user, system } = process.cpuUsage(began);
  return { path: median([...times]), whole: (user + system) / RECORDS };
}

/** Records a second of processor time. */
function verifiedIn(home: string, signed: boolean): number {
  const [files] = groupSegments(segmentsIn(join(home, 'audit')).map((segment) => segment.path));
  const began = process.cpuUsage();
  const verifiers = signed ? [ownSigner(join(home, 'audit.key'))] : [];
  const check = new CheckpointCheck({ files: files!, leftOver: [], elsewhere: [], verifiers });
  const { records, fault } = verifyChain(files!, signed ? check : undefined);
  const { user, system } = process.cpuUsage(began);
  if (fault !== undefined || records !== RECORDS) throw new Error(`not verified: ${JSON.stringify(fault)}`);
  return (records / (user + system)) * MICROSECONDS * MICROSECONDS;
}

function writerIn(home: string, signed: boolean): AuditWriter {
  const checkpoints = { enabled: signed, keyFile: join(home, 'audit.key'), every: 1000, copyTo: undefined };
  const config: AuditConfig = {
    enabled: true,
    dir: join(home, 'audit'),
    fallbackDir: undefined,
    includeArguments: 'redacted',
    rotate: { size: 50_000_000, keep: 100 },
    retentionMs: 1e12,
    onFailure: 'block',
    fsync: '1s',
    shipping: undefined,
    checkpoints,
  };
  const log = { write: () => {} };
  const failed = ({ why }: { readonly why: string }) => {
    throw new Error(why);
  };
  const around = { clock: systemClock, log, report: failed, copies: undefined };
  const covering = signed ? new Checkpoints(checkpoints, around) : undefined;
  return new AuditWriter({ config, revision: 'r1' }, { clock: systemClock, log, mask: (text) => text, covering });
}

/** As large as the record of a call is. */
const LIKE_A_CALL = {
  id: '01M7YB1E6NH8PK000004',
  session: '01M7YB1D09H8PK000001',
  principal: 'ada',
  client: 'claude-code/2.1.240',
  resource: 'files/write_file',
  args: { path: 'notes.txt', content: '[120 characters]' },
  decision: 'allow',
  policy: 'aa58d8e6b625',
  bytes: 118,
};

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1]!;
}
