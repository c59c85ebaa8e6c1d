import type { AskedType } from '../asked.ts';
import type { RecordedCall } from '../recorded.ts';

/** What the log shows of one tool, prompt or resource. */
export interface Observed {
  readonly type: AskedType;
  readonly backend: string;
  readonly id: string;
  /** Calls policy let through because it allows them. */
  readonly allowed: readonly RecordedCall[];
  /** Calls it would have asked a person about. */
  readonly asked: readonly RecordedCall[];
  /** Calls it denied, or let through only because the backend was observed. */
  readonly refused: readonly RecordedCall[];
}

/** Everything that was called, sorted by its name. */
export function observedIn(calls: readonly RecordedCall[], typeOf: (call: RecordedCall) => AskedType): Observed[] {
  const groups = new Map<string, RecordedCall[]>();
  for (const call of calls) {
    const key = `${typeOf(call)} ${call.resource}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [call]);
    else group.push(call);
  }
  return [...groups.entries()]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, group]) => {
      const { resource } = group[0]!;
      const slash = resource.indexOf('/');
      const seen = (fits: (call: RecordedCall) => boolean) => group.filter(fits);
      return {
        type: typeOf(group[0]!),
        backend: resource.slice(0, slash),
        id: resource.slice(slash + 1),
        allowed: seen(({ effect, wouldDeny }) => effect === 'allow' && !wouldDeny),
        asked: seen(({ effect }) => effect === 'require_approval'),
        refused: seen(({ effect, wouldDeny }) => effect === 'deny' || wouldDeny),
      };
    });
}

/** `42 calls, last 2026-11-20`. */
export function evidence(calls: readonly RecordedCall[]): string {
  const last =
    calls
      .map(({ ts }) => ts)
      .sort()
      .at(-1) ?? '';
  return `${calls.length} call${calls.length === 1 ? '' : 's'}, last ${last.slice(0, 10)}`;
}
