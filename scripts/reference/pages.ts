import { auditRecordReference } from './audit-record.ts';
import { checksReference } from './checks.ts';
import { cliReference } from './cli.ts';
import { codesReference } from './codes.ts';
import { configReference } from './config.ts';
import { matrixReference } from './matrix.ts';
import { presetsReference } from './presets.ts';

/** The pages of `docs/reference/` that are made from the code, by file name. */
export function referencePages(): ReadonlyMap<string, string> {
  return new Map([
    ['audit-record.md', auditRecordReference()],
    ['checks.md', checksReference()],
    ['cli.md', cliReference()],
    ['codes.md', codesReference()],
    ['config.md', configReference()],
    ['matrix.md', matrixReference()],
    ['presets.md', presetsReference()],
  ]);
}
