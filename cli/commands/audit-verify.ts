import { existsSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { CheckpointCheck } from '../../lib/audit/checkpoints/checkpoint-check.ts';
import { segmentsIn } from '../../lib/audit/files.ts';
import { groupSegments, verifyChain } from '../../lib/audit/verify.ts';
import { checkpointsElsewhere, isOfLog, leftOverIn, missingLogs } from '../audit/checkpoint-files.ts';
import { verifiersOf } from '../audit/keys.ts';
import { CommandError, EXIT, print, printJson } from '../output/print.ts';
import { chainReport, goneReport, missingReport, tailOf, tailReport, type VerifiedLog } from '../views/verified.ts';
import { foldersOf } from './audit-read.ts';

export interface VerifyOptions {
  readonly config?: string;
  readonly json?: boolean;
  readonly key?: readonly string[];
  readonly against?: readonly string[];
}

/** Checks segments and says what they prove; exit code 5 when anything was changed, removed, moved or cut off. */
export async function auditVerify(given: readonly string[], options: VerifyOptions): Promise<number> {
  const paths = given.length > 0 ? given : await foldersOfLog(options);
  const { json, key, against = [] } = options;
  const verifiers = await verifiersOf(key, options.config);
  const elsewhere = checkpointsElsewhere(against);
  const files = filesOf(paths);
  const folders = paths.filter(isFolder);
  const leftOver = leftOverIn([...files.map((file) => dirname(file)), ...folders]);
  const logs = groupSegments(files).map((group): VerifiedLog => {
    const check = new CheckpointCheck({
      files: group,
      leftOver: leftOver.filter((path) => isOfLog(path, group)),
      elsewhere,
      verifiers,
    });
    return { ...verifyChain(group, check), coverage: check.coverage };
  });
  // Of a log that was not asked for nothing can be missing.
  const missing = folders.length === 0 ? [] : missingLogs(logs, elsewhere, verifiers);
  const gone = folders.length === 0 ? [] : leftOver.filter((path) => !logs.some((log) => isOfLog(path, log.files)));
  const ok = missing.length === 0 && logs.every(({ fault }) => fault === undefined);
  if (json === true) printJson({ ok, tail: tailOf(logs), chains: logs, missing, gone });
  else {
    for (const log of logs) print(chainReport(log));
    for (const log of missing) print(missingReport(log));
    for (const path of gone) print(goneReport(path));
    print(tailReport(logs, against.length > 0));
  }
  return ok ? EXIT.ok : EXIT.integrity;
}

/** Files as given; a folder stands for the segments in it. */
export function filesOf(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (!existsSync(path)) throw new CommandError(`${path} does not exist`);
    return isFolder(path) ? segmentsIn(path).map((segment) => segment.path) : [path];
  });
}

/** The folder of the log, which must be there: that nothing was found is no good sign. */
async function foldersOfLog(options: VerifyOptions): Promise<string[]> {
  const found = (await foldersOf(options)).filter(isFolder);
  if (found.length === 0) throw new CommandError('nothing was recorded yet: there is no folder of the log');
  return found;
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}
