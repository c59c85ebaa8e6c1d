import { folders } from '../../lib/config/folders.ts';
import { systemClock } from '../../lib/model/clock.ts';
import type { Config } from '../../lib/model/config.ts';
import type { Log } from '../../lib/model/log.ts';
import type { Mask } from '../../lib/model/mask.ts';
import { whyUnwritable } from '../../lib/model/why-unreadable.ts';
import { FrameTrace } from '../../lib/observe/frame-trace.ts';
import { DiagnosticLog } from '../../lib/observe/log.ts';
import { CommandError } from './print.ts';

/** Where diagnostics go. */
export function openLog(config: Config, mask: Mask): DiagnosticLog {
  const { logDir, fallbackDir } = folders();
  const stderr = (line: string) => process.stderr.write(`${line}\n`);
  return new DiagnosticLog(config.log, {
    clock: systemClock,
    mask,
    dir: logDir,
    fallbackDir: `${fallbackDir}/log`,
    stderr,
  });
}

/** Writes every frame down, for whoever has to find out what was really sent. */
export function openTrace(path: string, log: Log): FrameTrace {
  const failed = (error: Error) =>
    log.write('error', 'trace_ended', { why: `${path} cannot be written: ${whyUnwritable(error)}` });
  try {
    return new FrameTrace(path, systemClock, failed);
  } catch (error) {
    throw new CommandError(`--trace-frames: ${path} cannot be written: ${whyUnwritable(error)}`);
  }
}
