import type { Asked } from '../../lib/authoring/asked.ts';
import type { ExplainedCall } from '../../lib/authoring/explained-call.ts';
import { valueAtPointer } from '../../lib/authoring/lookup.ts';
import type { Reason } from '../../lib/model/decision.ts';
import { type Mask, maskValue } from '../../lib/model/mask.ts';
import { safeJson } from '../../lib/model/safe-json.ts';
import { columns, shown } from '../output/print.ts';

export interface ViewOptions {
  /** Judged values and fixes are for the eyes of a person: they are left out where no terminal is. */
  readonly values: boolean;
  readonly mask: Mask;
  /** The client named with `--as` is one the config speaks of. */
  readonly known: boolean;
}

/** The parts of a reason that may be shown. */
interface Said {
  readonly code?: string;
  readonly text?: string;
  readonly rule?: string;
  readonly source?: string;
  readonly at?: string;
  readonly value?: unknown;
  readonly fix?: string;
  readonly retry?: string;
}

export type CallReport = ReturnType<typeof callReport>;

export const WITHHELD = 'judged values and fixes are shown on a terminal only';
const MOST_VALUE = 200;

/** What there is to say of a call, as `--json` prints it. */
export function callReport(asked: Asked, explained: ExplainedCall, { values, mask, known }: ViewOptions) {
  const { decision, checks, effect, judged, forwarded } = explained;
  const reason = decision.reason ?? decision.wouldDeny;
  const said = (one: Reason | undefined) => saidOf(one, asked, values ? mask : undefined);
  return {
    call: `${asked.backend}/${asked.id}`,
    type: asked.type,
    as: asked.as,
    decision: decision.effect,
    enforced: decision.enforced,
    ...(decision.wouldDeny === undefined ? {} : { would_deny: true }),
    ...(decision.check === undefined ? {} : { check: decision.check }),
    ...said(reason),
    effect: { kind: effect.kind, flags: effect.flags, origin: effect.origin, by: effect.by },
    arguments: judged.map(({ at, kind, chosen, rule, text }) => ({
      at,
      kind,
      chosen,
      ...(rule === undefined ? {} : { rule }),
      ...(values ? { value: mask(text) } : {}),
    })),
    checks: checks.map(({ check, verdict, reason: why, edits, findings }) => ({
      check,
      verdict,
      ...said(why),
      ...(edits.length === 0 ? {} : { edits }),
      ...(findings.length === 0 ? {} : { findings: findings.map((note) => mask(note)) }),
    })),
    ...(forwarded === undefined || !values ? {} : { forwarded: maskValue(JSON.parse(forwarded), mask) }),
    ...(values ? {} : { withheld: WITHHELD }),
    ...(known ? {} : { note: `nothing in the config speaks of a client called "${asked.as}"` }),
  };
}

/** The parts of a reason; `mask` is undefined where values must not be seen. */
function saidOf(reason: Reason | undefined, { args }: Asked, mask: Mask | undefined): Said {
  if (reason === undefined) return {};
  const { code, text, rule, source, at, fix, retry } = reason;
  const judged = at === undefined ? undefined : valueAtPointer(args, at);
  return {
    code,
    text,
    ...(rule === undefined ? {} : { rule }),
    ...(source === undefined ? {} : { source }),
    ...(at === undefined ? {} : { at }),
    ...(mask === undefined || judged === undefined ? {} : { value: maskValue(judged, mask) }),
    ...(mask === undefined || fix === undefined ? {} : { fix: mask(fix) }),
    ...(retry === undefined ? {} : { retry }),
  };
}

/** The same for people. */
export function reportLines(report: CallReport): string[] {
  const { call, decision, checks, effect, arguments: judged } = report;
  const by =
    effect.by.length > 0 ? effect.by.join(', ') : effect.origin === 'guess' ? 'guessed by its name' : effect.origin;
  const lines = [
    shown([decision, call, report.code ?? ''].filter((part) => part !== '').join('  ')),
    ...(report.would_deny === true ? ['  observed only: it would not be allowed if the backend were enforced'] : []),
    ...saidLines(report, '  '),
    `effect     ${shown([effect.kind, ...effect.flags].join(', '))} (${shown(by, 400)})`,
  ];
  if (judged.length > 0) {
    lines.push('arguments');
    const rows = judged.map((one) => [
      `  ${shown(one.at, 200)}`,
      one.kind,
      one.rule === undefined ? `by ${one.chosen}` : `named by ${shown(one.rule, 200)}`,
      'value' in one ? shown(safeJson(one.value), MOST_VALUE) : '',
    ]);
    lines.push(columns(rows));
  }
  lines.push('checks');
  for (const answer of checks) {
    lines.push(`  ${answer.check.padEnd(14)}  ${answer.verdict}${answer.code === undefined ? '' : `  ${answer.code}`}`);
    lines.push(...saidLines(answer, '    '));
    for (const edit of answer.edits ?? []) lines.push(`    edit      ${shown(edit, 300)}`);
    for (const note of answer.findings ?? []) lines.push(`    finding   ${shown(note, 300)}`);
  }
  if ('forwarded' in report) lines.push(`forwarded  ${shown(safeJson(report.forwarded), 1000)}`);
  if ('note' in report) lines.push(`note: ${shown(String(report.note), 300)}`);
  if ('withheld' in report) lines.push(WITHHELD);
  return lines;
}

/** One line for each part of a reason. */
function saidLines(said: Said, indent: string): string[] {
  const { text, rule, source, at, value, fix } = said;
  const rows: [string, string | undefined][] = [
    ['says', text],
    ['rule', rule === undefined ? undefined : source === undefined ? rule : `${rule} (${source})`],
    ['argument', at === undefined ? undefined : value === undefined ? at : `${at} = ${safeJson(value)}`],
    ['fix', fix],
  ];
  return rows.flatMap(([name, one]) => (one === undefined ? [] : [`${indent}${name.padEnd(9)} ${shown(one, 600)}`]));
}
