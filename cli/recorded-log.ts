import { type RecordedCall, recordedCalls } from '../lib/authoring/recorded.ts';
import { type Shapes, shapesOf } from '../lib/authoring/shapes.ts';
import { LogReader, segmentsOf } from './audit-log.ts';
import { foldersOf } from './commands/audit-read.ts';
import { filesOf } from './commands/audit-verify.ts';
import { readLiveTools } from './live-tools.ts';
import { CommandError } from './print.ts';

/** The calls of a log: of the files and folders named, else of the folder the config names. */
export async function callsOf(
  logs: readonly string[] | undefined,
  config: string | undefined,
): Promise<readonly RecordedCall[]> {
  const files = logs === undefined ? segmentsOf(await foldersOf({ config })) : filesOf(logs);
  const calls = recordedCalls(await new LogReader(() => true).read(files));
  if (calls.length === 0) throw new CommandError('the log holds no call of a tool, prompt or resource');
  return calls;
}

/** What the servers of these calls say of their tools, read from them when that is wanted. */
export async function shapesFor(
  calls: readonly RecordedCall[],
  { live, config }: { readonly live?: boolean; readonly config?: string },
): Promise<Shapes> {
  const backends = new Set(calls.map(({ resource }) => resource.slice(0, resource.indexOf('/'))));
  return shapesOf(live === true ? await readLiveTools(config, backends) : new Map());
}
