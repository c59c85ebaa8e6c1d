import type { PinFault } from '../model/pins.ts';
import type { LockedBackend, LockedLaunch } from '../model/registry.ts';
import { LockfileFault } from './lockfile-fault.ts';
import type { FoundSection, PinFiles } from './pin-files.ts';
import { isReviewed } from './reviewed.ts';
import { isVouched, unvouched } from './vouched.ts';

/** What is pinned of a backend as it is launched now. */
export interface InForce {
  /** What counts of it; undefined where nothing is pinned. */
  readonly section: LockedBackend | undefined;
  /** With the effects nobody vouches for, which may raise what is known otherwise. */
  readonly whole: LockedBackend | undefined;
  readonly vouched: boolean;
  /** Why nothing in the file counts. */
  readonly fault: PinFault | undefined;
  /** It may be pinned as it is seen first. */
  readonly learns: boolean;
  /** What the file held, and may be replaced by what is learned; undefined when nothing may. */
  readonly before: { readonly section: LockedBackend | undefined } | undefined;
}

const NOTHING: InForce = {
  section: undefined,
  whole: undefined,
  vouched: false,
  fault: undefined,
  learns: false,
  before: undefined,
};

/** Reads what is pinned of `backend`, launched like this. */
export function inForce(backend: string, launch: LockedLaunch, mode: 'tofu' | 'strict', files: PinFiles): InForce {
  try {
    return counted(files.read(backend), launch, mode);
  } catch (error) {
    if (error instanceof LockfileFault) return { ...NOTHING, fault: { code: error.code, text: error.reason } };
    return { ...NOTHING, fault: { code: 'SP4001', text: (error as Error).message } };
  }
}

/**
 * Pins of another program are no pins of this one. Those of a first use make room for a new first use; what a person
 * has looked at is not thrown away, so until somebody looks again nothing of the other program exists.
 */
export function counted(found: FoundSection | undefined, launch: LockedLaunch, mode: 'tofu' | 'strict'): InForce {
  const learns = mode === 'tofu';
  if (found === undefined) return { ...NOTHING, learns, before: { section: undefined } };
  const { locked, seal, trusted } = found;
  if (seal === 'broken') return { ...NOTHING, fault: { code: 'SP4010', text: 'its pins were changed by hand' } };
  const vouched = isVouched(seal, trusted);
  if (locked.launch.fingerprint === launch.fingerprint) {
    return { ...NOTHING, section: vouched ? locked : unvouched(locked), whole: locked, vouched };
  }
  if (learns && !vouched) return { ...NOTHING, learns };
  if (learns && !locked.items.some(isReviewed)) return { ...NOTHING, learns, before: { section: locked } };
  return { ...NOTHING, fault: { code: 'SP4126', text: 'its pins are those of another command' } };
}
