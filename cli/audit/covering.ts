import type { Covering } from '../../lib/audit/checkpoints/covering.ts';
import type { AuditLog } from '../../lib/model/audit.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { AuditConfig } from '../../lib/model/config.ts';
import type { Log } from '../../lib/model/log.ts';

export interface CoveringGround {
  readonly clock: Clock;
  readonly log: Log;
  /** The log that is signed. */
  readonly audit: () => AuditLog;
}

/** What signs the log, where the config wants it signed; nothing of it is loaded elsewhere. */
export async function openCovering(
  { enabled, checkpoints }: AuditConfig,
  { clock, log, audit }: CoveringGround,
): Promise<Covering | undefined> {
  if (!enabled || !checkpoints.enabled) return undefined;
  const { Checkpoints } = await import('../../lib/audit/checkpoints/checkpoints.ts');
  const { copyTo } = checkpoints;
  const folder = copyTo === undefined ? undefined : await import('../../lib/audit/checkpoints/copy-folder.ts');
  return new Checkpoints(checkpoints, {
    clock,
    log,
    report: ({ code, why }) => {
      audit().event('checkpoint_failed', { code, why });
      audit().commit();
    },
    copies: folder && new folder.CopyFolder(copyTo!, log),
  });
}
