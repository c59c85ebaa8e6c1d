import type { LockedBackend } from '../model/registry.ts';
import type { SealState } from './seal.ts';

/**
 * Whether approvals, effects and instant start of a section count: it is sealed by this user, or lies in a layer that is
 * believed (managed, the user's own, a trusted project). A seal of ours that does not hold is never believed.
 */
export function isVouched(seal: SealState, fileIsTrusted: boolean): boolean {
  return seal === 'own' || (fileIsTrusted && seal !== 'broken');
}

/**
 * What counts of a section nobody vouches for: its pins, for a difference from them is still a change, and no approval
 * and no effect.
 */
export function unvouched(section: LockedBackend): LockedBackend {
  const { seal: _, items, ...rest } = section;
  return {
    ...rest,
    items: items.map(({ kind, id, hash, definition, text }) => ({ kind, id, hash, definition, text })),
  };
}
