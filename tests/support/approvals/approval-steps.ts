import fc from 'fast-check';

/** Who calls what with which argument, for which definition: few of each, so that calls meet. */
export interface Kind {
  readonly who: number;
  readonly client: number;
  readonly tool: number;
  readonly text: number;
  readonly pin: number;
}

/** What may happen next, to one of two processes or to both. */
export type Step =
  | { readonly do: 'seek'; readonly at: number; readonly kind: Kind; readonly way: 'none' | 'question' | 'round' }
  | { readonly do: 'back'; readonly of: number; readonly kind: Kind | undefined; readonly says: string }
  | { readonly do: 'says'; readonly of: number; readonly says: string }
  | {
      readonly do: 'answer';
      readonly at: number;
      readonly of: number;
      readonly approved: boolean;
      readonly scope: 'once' | 'session' | 'time';
      readonly calls: number;
    }
  | { readonly do: 'take'; readonly of: number; readonly kind: Kind | undefined; readonly old: boolean }
  | { readonly do: 'cancel'; readonly of: number }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'policy' }
  | { readonly do: 'restart'; readonly at: number };

const few = (max: number) => fc.integer({ min: 0, max });
const kind: fc.Arbitrary<Kind> = fc.record({ who: few(1), client: few(1), tool: few(1), text: few(1), pin: few(1) });
const usually: fc.Arbitrary<Kind> = fc.oneof(
  { arbitrary: fc.constant({ who: 0, client: 0, tool: 0, text: 0, pin: 0 }), weight: 3 },
  kind,
);
const says: fc.Arbitrary<string> = fc.constantFrom(
  ...Array<string>(6).fill('once'),
  'session',
  'time',
  'deny',
  'nonsense',
);
const rarely = fc.oneof({ arbitrary: fc.constant(false), weight: 9 }, { arbitrary: fc.constant(true), weight: 1 });
const many = few(1000);

export const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('seek' as const),
      at: few(1),
      kind: usually,
      way: fc.constantFrom('none' as const, 'question' as const, 'round' as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('back' as const),
      of: many,
      kind: fc.option(kind, { nil: undefined, freq: 3 }),
      says,
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('says' as const), of: many, says }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('answer' as const),
      at: few(1),
      of: many,
      approved: rarely.map((denied) => !denied),
      scope: fc.constantFrom<'once' | 'session' | 'time'>('once', 'once', 'once', 'session', 'time'),
      calls: few(3),
    }),
  },
  {
    weight: 8,
    arbitrary: fc.record({
      do: fc.constant('take' as const),
      of: many,
      kind: fc.option(kind, { nil: undefined, freq: 3 }),
      old: rarely,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('cancel' as const), of: many }) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(1000, 1000, 30_000, 55_000, 600_000, 3_600_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('policy' as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('restart' as const), at: few(1) }) },
);
