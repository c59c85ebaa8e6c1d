import { CallGathering, type RecordedCall } from '../../lib/authoring/recorded.ts';
import { type Shapes, shapesOf } from '../../lib/authoring/shapes.ts';
import { foldersOf, momentOf } from '../commands/audit-read.ts';
import { filesOf } from '../commands/audit-verify.ts';
import { CommandError } from '../output/print.ts';
import { readLiveTools } from '../policy/live-tools.ts';
import { LogReader, segmentsOf } from './log.ts';

/** More calls than these are not held in memory. */
const MOST_CALLS = 250_000;

/** Which calls of which log. */
export interface LogOptions {
  /** Files and folders; the folder the config names when undefined. */
  readonly log?: readonly string[];
  readonly since?: string;
  readonly config?: string;
}

/** The calls of a log that a policy can be asked about again. */
export async function callsOf({ log, since, config }: LogOptions): Promise<readonly RecordedCall[]> {
  const files = log === undefined ? segmentsOf(await foldersOf({ config })) : filesOf(log);
  const from = momentOf('--since', since) ?? 0;
  const gathering = new CallGathering();
  await new LogReader((record) => {
    if (!(Date.parse(String(record.ts)) < from)) gathering.add(record);
    if (gathering.count > MOST_CALLS) {
      throw new CommandError(`the log holds more than ${MOST_CALLS} calls; choose newer ones with --since`);
    }
    return false;
  }).read(files);
  if (gathering.count === 0) throw new CommandError('the log holds no call of a tool, prompt or resource');
  return gathering.calls();
}

/** What the servers of these calls say of their tools, read from them when that is wanted. */
export async function shapesFor(
  calls: readonly RecordedCall[],
  { live, config }: { readonly live?: boolean; readonly config?: string },
): Promise<Shapes> {
  const backends = new Set(calls.map(({ resource }) => resource.slice(0, resource.indexOf('/'))));
  return shapesOf(live === true ? await readLiveTools(config, backends) : new Map());
}
