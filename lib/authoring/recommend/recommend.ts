import type { Json } from '../../model/json.ts';
import type { ArgumentKind } from '../../model/tool-shape.ts';
import type { Ground } from '../ground.ts';
import type { RecordedCall } from '../recorded.ts';
import { type Replay, type Replayed, replay } from '../replay.ts';
import type { Shapes } from '../shapes.ts';
import { draftText, type Finding } from './draft.ts';
import { narrowed } from './narrowing.ts';
import { type Observed, observedIn } from './observed.ts';

/** A policy that allows what was observed, and what it would have decided of it. */
export interface Recommendation {
  readonly text: string;
  readonly replayed: Replay;
  readonly observed: readonly Observed[];
}

export interface RecommendAround {
  /** The config in force as it is written, without its variables put in. */
  readonly raw: Json;
  /** Values that must not be printed. */
  readonly secrets: readonly string[];
  /** Compiles a draft; rejects when it does not load. */
  readonly load: (text: string) => Promise<Ground>;
  readonly shapes: Shapes;
}

const KINDS: readonly ArgumentKind[] = ['paths', 'sql', 'commands', 'domains'];
const KIND_OF_CODE: Readonly<Record<string, ArgumentKind>> = {
  SP310: 'paths',
  SP311: 'sql',
  SP312: 'commands',
  SP313: 'domains',
};

/**
 * Drafts the narrowest policy, puts every call to it, and takes back what was too narrow, until nothing that was allowed
 * or asked about is decided otherwise.
 */
export async function recommend(calls: readonly RecordedCall[], around: RecommendAround): Promise<Recommendation> {
  const { raw, load, shapes } = around;
  const observed = observedIn(calls, ({ record }) => record.type as Observed['type']);
  const wide = new Map<string, Set<ArgumentKind>>();
  const plain = observed.map((one): Finding => ({ observed: one, narrowing: { parts: {}, why: [] } }));
  // The first draft has the backends of the log that no config has, which the narrowing must know.
  let ground = await load(draftText(raw, around.secrets, plain));
  for (;;) {
    const findings: Finding[] = [];
    for (const one of observed) {
      const kinds = wide.get(`${one.backend}/${one.id}`) ?? new Set<ArgumentKind>();
      findings.push({ observed: one, narrowing: await narrowed(one, ground, shapes, kinds) });
    }
    const text = draftText(raw, around.secrets, findings);
    ground = await load(text);
    const replayed = await replay(calls, ground, shapes);
    const tooNarrow = replayed.flips.filter(({ effect, call }) => effect === 'deny' && call.effect !== 'deny');
    if (!tooNarrow.some((flip) => widen(flip, wide))) return { text, replayed, observed };
  }
}

/** Lets the kind of argument that denied be anything; false when that has been tried. */
function widen({ call, reason }: Replayed, wide: Map<string, Set<ArgumentKind>>): boolean {
  const kinds = wide.get(call.resource) ?? new Set<ArgumentKind>();
  const kind = KIND_OF_CODE[reason?.code.slice(0, 5) ?? ''];
  const more = (kind === undefined ? KINDS : [kind]).filter((one) => !kinds.has(one));
  for (const one of more) kinds.add(one);
  wide.set(call.resource, kinds);
  return more.length > 0;
}
