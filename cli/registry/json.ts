import type { Compared } from '../../lib/registry/compare.ts';
import { changesOf, findingsOf } from '../views/offered.ts';
import type { Examined, Scene } from './scene.ts';

/** A backend for programs: what it is, and these of its items. */
export function backendJson(seen: Examined, items: readonly Compared[]) {
  const { backend, command, launch, section } = seen;
  return {
    backend,
    command,
    launch,
    pinned: section.pins !== undefined,
    seal: section.seal,
    vouched: section.vouched,
    items: items.map((item) => itemJson(seen, item)),
  };
}

/** One item for programs. */
export function itemJson(seen: Examined, item: Compared) {
  const { kind, id, standing, volatileOnly, why, offered, pinned } = item;
  return {
    kind,
    id,
    standing,
    volatile_only: volatileOnly,
    why,
    hash: offered?.hash,
    pinned_hash: pinned?.hash,
    approved: pinned?.approved,
    effect: seen.effectOf(item),
    findings: findingsOf(seen, item).map(({ code, severity, what, evidence, structural }) => ({
      code,
      severity,
      what,
      evidence,
      structural,
    })),
    changes: standing === 'changed' ? changesOf(seen, item) : [],
  };
}

export function unseenJson({ unseen }: Scene) {
  return unseen.map(({ backend, why }) => ({ backend, error: why }));
}
