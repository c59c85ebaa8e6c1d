import type { ApprovalDesk } from '../model/approval-desk.ts';
import type { Clock } from '../model/clock.ts';
import { type Family, gauge, histogram, single } from './family.ts';
import { Histogram } from './histogram.ts';

const WAITS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600];

type Desk = Pick<ApprovalDesk, 'pending' | 'watch'>;

/** Calls `hear` with the desk once there is one, which is with the first request. */
export type WhenOpen = (hear: (desk: Desk) => void) => void;

/** How many requests wait for a person, and how long those waited that no longer do. */
export function approvalFamilies(whenOpen: WhenOpen, clock: Clock): readonly Family[] {
  const waits = new Histogram(WAITS);
  let desk: Desk | undefined;
  whenOpen((open) => {
    desk = open;
    open.watch((change, { askedMs }) => {
      if (change === 'ended') waits.observe(Math.max(0, clock.now() - askedMs) / 1000);
    }, 'program');
  });
  return [
    gauge('sallyport_approvals_pending', 'Requests that wait for a person.', () => single(desk?.pending().length ?? 0)),
    histogram('sallyport_approval_wait_seconds', 'How long requests waited for a person, answered or not.', () => [
      [{}, waits],
    ]),
  ];
}
