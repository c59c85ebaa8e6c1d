import { existsSync, statSync } from 'node:fs';
import { segmentsIn } from '../../lib/audit/files.ts';
import { groupSegments, type Verified, verifyChain } from '../../lib/audit/verify.ts';
import { CommandError, EXIT, print, printJson, shown } from '../print.ts';

/** Checks segments and says what they prove; exit code 5 when anything was changed, removed or moved. */
export async function auditVerify(paths: readonly string[], { json }: { readonly json?: boolean }): Promise<number> {
  const results: Verified[] = [];
  for (const group of groupSegments(filesOf(paths))) results.push(await verifyChain(group));
  const ok = results.every(({ fault }) => fault === undefined);
  if (json === true) printJson({ ok, tail: 'not provable', chains: results });
  else {
    for (const result of results) print(report(result));
    print('tail not provable: there are no checkpoints, so records cut off the end would not show');
  }
  return ok ? EXIT.ok : EXIT.integrity;
}

/** Files as given; a folder stands for the segments in it. */
export function filesOf(paths: readonly string[]): string[] {
  return paths.flatMap((path) => {
    if (!existsSync(path)) throw new CommandError(`${path} does not exist`);
    return statSync(path).isDirectory() ? segmentsIn(path).map((segment) => segment.path) : [path];
  });
}

function report({ files, records, fault, unfinished, beginsLater, open }: Verified): string {
  const name = shown(files.join(' '));
  if (fault !== undefined) {
    return `BROKEN  ${name}\n  first bad record: ${shown(fault.file)} line ${fault.line}: ${fault.why} (${fault.code})`;
  }
  const notes = [
    ...(beginsLater ? ['begins after records that were not given'] : []),
    ...(unfinished ? ['the last record is unfinished, as after a crash (SP7003)'] : []),
    ...(open.length > 0 ? [`calls without an outcome: ${open.join(' ')}`] : []),
  ];
  return [`ok      ${name}: ${records} records`, ...notes.map((note) => `  ${note}`)].join('\n');
}
