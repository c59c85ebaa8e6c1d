import type { LockedItem } from '../model/registry.ts';

/** Who approved what was pinned because nothing was pinned before. */
export const FIRST_USE = 'first use';

/** Whether a person has approved it. */
export function isReviewed({ approved }: LockedItem): boolean {
  return approved !== undefined && approved.by !== FIRST_USE;
}
