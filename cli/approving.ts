import type { NotifyingChannel } from '../backends/notify/approval-channels.ts';
import type { Desk } from '../lib/approvals/desk.ts';
import type { InForce } from '../lib/approvals/matter.ts';
import { systemAfter } from '../lib/model/after.ts';
import type { ApprovalDesk } from '../lib/model/approval-desk.ts';
import type { Approvals } from '../lib/model/approvals.ts';
import type { AuditLog } from '../lib/model/audit.ts';
import type { Clock } from '../lib/model/clock.ts';
import type { Config } from '../lib/model/config.ts';
import type { Log } from '../lib/model/log.ts';
import type { Mask } from '../lib/model/mask.ts';

export interface ApprovingGround {
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Log;
  readonly mask: Mask;
  /** Where state can be kept. */
  readonly stateDir: string;
  /** Many clients are served over HTTP: their sessions do not end with a stream. */
  readonly serving: boolean;
  turn(work: () => void): void;
  /** How long those are worth waiting for who are about to look, in milliseconds; 0 for nobody. */
  onlookersWithinMs(): number;
  /** What holds now; asked for only once there is a gateway. */
  inForce(): InForce & { readonly config: Pick<Config, 'notify'> };
}

/** Who has people asked, and what ends with the gateway. */
export interface Approving {
  readonly approvals: Approvals;
  /** Where requests are answered; loaded when somebody asks for it. */
  desk(): Promise<ApprovalDesk>;
  /** Calls with the desk once it is loaded. */
  whenOpen(hear: (desk: ApprovalDesk) => void): void;
  close(): Promise<void>;
}

/** What a config means for calls a person must agree to. Nothing of it is loaded before the first such call. */
export function openApprovals(ground: ApprovingGround): Approving {
  let desk: Desk | undefined;
  let channels: readonly NotifyingChannel[] = [];
  let loading: Promise<Desk> | undefined;
  let closed = false;
  const waiting: ((desk: ApprovalDesk) => void)[] = [];
  const load = () => {
    if (closed) loading ??= Promise.reject(new Error('the gateway is at its end'));
    loading ??= opened(ground).then((loaded) => {
      ({ desk, channels } = loaded);
      for (const hear of waiting.splice(0)) hear(desk);
      return desk;
    });
    return loading;
  };
  const approvals: Approvals = {
    seek: (sought, seeker, done) => {
      if (desk !== undefined) return desk.seek(sought, seeker, done);
      let over = false;
      let end = () => {};
      const failed = (error: Error) => {
        ground.log.write('error', 'approval_failed', { why: error.message });
        if (!over) done({ refused: { ...sought.reason, code: 'SP6003' } });
      };
      load()
        .then((loaded) => {
          if (!over) end = loaded.seek(sought, seeker, done);
        })
        .catch(failed);
      return () => {
        over = true;
        end();
      };
    },
  };
  return {
    approvals,
    desk: load,
    whenOpen: (hear) => {
      if (desk === undefined) waiting.push(hear);
      else hear(desk);
    },
    close: async () => {
      closed = true;
      // What is still being loaded is closed once it is there; what could not be loaded has nothing to close.
      await loading?.catch(() => {});
      desk?.close();
      await Promise.all(channels.map((channel) => channel.close()));
    },
  };
}

interface Opened {
  readonly desk: Desk;
  readonly channels: readonly NotifyingChannel[];
}

async function opened({ audit, turn, serving, ...ground }: ApprovingGround): Promise<Opened> {
  const [{ Desk }, { openApprovalFiles }, { approvalChannels }] = await Promise.all([
    import('../lib/approvals/desk.ts'),
    import('../backends/approvals/approval-files.ts'),
    import('../backends/notify/approval-channels.ts'),
  ]);
  const channels = approvalChannels(ground.inForce().config, ground);
  const desk = new Desk({
    ...ground,
    ...openApprovalFiles(ground.stateDir, ground.log),
    channels,
    sessionsEnd: !serving,
    tell: (event, fields) => turn(() => audit.event(event, fields)),
    after: systemAfter,
  });
  return { desk, channels };
}
