import type { ApprovalDesk } from '../../lib/model/approval-desk.ts';
import type { Call } from '../../lib/model/call.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { LiveEvent } from '../../lib/model/live-status.ts';
import type { Watcher } from '../../lib/model/watcher.ts';

export interface FeedGround {
  readonly clock: Clock;
  readonly desk: ApprovalDesk;
  watch(watcher: Watcher): () => void;
  /** Makes text of others fit to be shown. */
  clean(text: string): string;
}

/** Tells `hear` of what a gateway does, until what this answers is called. Nothing is worked out while nobody listens. */
export function feed({ clock, desk, watch, clean }: FeedGround, hear: (event: LiveEvent) => void): () => void {
  const nameOf = ({ resource: { backend, id } }: Call) => clean(backend === '' ? id : `${backend}/${id}`);
  const unwatch = watch({
    called: (call, decision) => {
      const reason = decision.reason ?? decision.wouldDeny;
      hear({
        event: 'called',
        call: call.id,
        atMs: clock.now(),
        client: clean(call.principal.agent),
        action: clean(call.action),
        resource: nameOf(call),
        decision: decision.wouldDeny === undefined ? decision.effect : 'would_deny',
        // A person was asked for a reason of its own, which is none any more once they have agreed.
        code: decision.agreed === undefined ? reason?.code : undefined,
      });
    },
    ended: (call, { outcome, code, decision, ms }) => {
      const shown = code ?? decision?.reason?.code;
      hear({ event: 'ended', call: call.id, outcome, code: shown, ms: Math.round(ms * 10) / 10 });
    },
    refused: ({ from, code }) => hear({ event: 'refused', atMs: clock.now(), from: clean(from), code }),
  });
  const leave = desk.watch((change, pending) => {
    hear({ event: change === 'asked' ? 'asked' : 'settled', pending });
  });
  return () => {
    unwatch();
    leave();
  };
}
