import { basename } from 'node:path';
import type { Coverage } from '../../lib/audit/checkpoints/checkpoint-check.ts';
import type { Verified } from '../../lib/audit/verify.ts';
import type { MissingLog } from '../audit/checkpoint-files.ts';
import { counted, shown } from '../output/print.ts';

/** One log, and what its checkpoints show. */
export interface VerifiedLog extends Verified {
  readonly coverage: Coverage;
}

/** What is proven of the ends of logs, the least of all of them. */
export type Tail = 'not provable' | 'covered' | 'covered elsewhere';

/** What was found in one log. */
export function chainReport(log: VerifiedLog): string {
  const { files, records, fault, unfinished, beginsLater, open, coverage } = log;
  const name = shown(files.join(' '));
  if (fault !== undefined) {
    const what = fault.code === 'SP7002' ? 'first bad record' : 'first bad checkpoint';
    return `BROKEN  ${name}\n  ${what}: ${shown(fault.file)} line ${fault.line}: ${shown(fault.why)} (${fault.code})`;
  }
  const notes = [
    ...(beginsLater ? ['begins after records that were not given'] : []),
    ...coverageNotes(log),
    ...(unfinished ? ['the last record is unfinished, as after a crash (SP7003)'] : []),
    ...(coverage.unfinished ? ['the last checkpoint is unfinished, as after a crash'] : []),
    ...(open.length > 0 ? [`calls without an outcome: ${shown(open.join(' '), 4000)}`] : []),
  ];
  return [`ok      ${name}: ${counted(records, 'record')}`, ...notes.map((note) => `  ${note}`)].join('\n');
}

export function missingReport({ origin, records, file }: MissingLog): string {
  return `BROKEN  ${shown(origin)}: none of the ${records} records is here that ${shown(basename(file))} covers (SP7006)`;
}

export function goneReport(path: string): string {
  return `gone    ${shown(path)}: its records are not here; \`retention\` deletes old ones, and so may others`;
}

export function tailOf(logs: readonly VerifiedLog[]): Tail {
  if (logs.some((log) => log.records > 0 && !isCovered(log, log.coverage.upTo))) return 'not provable';
  return logs.every((log) => isCovered(log, log.coverage.upToElsewhere)) ? 'covered elsewhere' : 'covered';
}

/** What a cut tail would look like. */
export function tailReport(logs: readonly VerifiedLog[], compared: boolean): string {
  switch (tailOf(logs)) {
    case 'covered elsewhere':
      return 'every log is there to the end that checkpoints kept elsewhere know';
    case 'covered':
      return compared
        ? 'every log is covered to its end, but not by checkpoints kept elsewhere: a tail cut off with its checkpoints would not show'
        : 'every log is covered to its end; a tail cut off with its checkpoints shows only with `--against` a copy kept elsewhere';
    default:
      return logs.every(({ coverage }) => coverage.checkpoints === 0)
        ? 'tail not provable: there are no checkpoints, so records cut off the end would not show'
        : 'tail not provable: records after the last checkpoint could have been cut off';
  }
}

function coverageNotes({ records, first, coverage }: VerifiedLog): string[] {
  const { checkpoints, upTo, upToElsewhere, keyKnown, gap } = coverage;
  if (gap !== undefined) return [`not compared with checkpoints: ${shown(gap)}`];
  if (checkpoints === 0 || upTo < first) return [];
  const last = first + records - 1;
  const after = last - upTo;
  const how = keyKnown
    ? 'signed'
    : 'in checkpoints of an unknown key, whose signatures were not checked; name it with `--key`';
  return [
    `records ${first} to ${upTo} are ${how}${after === 0 ? '' : `; ${after} lie after the last checkpoint`}`,
    ...(upToElsewhere === 0 ? [] : [`records up to ${upToElsewhere} are known elsewhere`]),
  ];
}

function isCovered({ first, records, coverage }: VerifiedLog, upTo: number): boolean {
  return coverage.keyKnown && upTo >= first + records - 1;
}
