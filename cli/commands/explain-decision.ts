import { explainAsked } from '../../lib/authoring/explained-call.ts';
import { type FoundDecision, findDecision, valueAtPointer } from '../../lib/authoring/lookup.ts';
import { CallGathering } from '../../lib/authoring/recorded.ts';
import { askedAgain } from '../../lib/authoring/replay.ts';
import { NO_SHAPES } from '../../lib/authoring/shapes.ts';
import { folders } from '../../lib/config/folders.ts';
import { ConfigError } from '../../lib/config/problems.ts';
import { resolveConfig } from '../../lib/config/resolve.ts';
import { CODES, type Code } from '../../lib/model/codes.ts';
import type { Config } from '../../lib/model/config.ts';
import { asObject } from '../../lib/model/json.ts';
import { maskValue } from '../../lib/model/mask.ts';
import { safeJson } from '../../lib/model/safe-json.ts';
import { LogReader, mayHold, segmentsOf } from '../audit/log.ts';
import { maskFor } from '../output/known-secrets.ts';
import { CommandError, EXIT, print, printJson, shown } from '../output/print.ts';
import { groundAlone } from '../policy/ground.ts';
import { readConfig } from '../read-config.ts';
import { type CallReport, callReport, WITHHELD } from '../views/explained.ts';
import { foldersOf, notesOf, type WhereOptions } from './audit-read.ts';

/** Ids of decisions are 20 characters; the last ones are enough where only one decision ends with them. */
const ID = /^[0-9A-Z]{4,20}$/i;

/** Says why a decision of the log was made, and whether it would be made again. */
export async function explainDecision(id: string, options: WhereOptions & { readonly check?: boolean }) {
  if (!ID.test(id)) {
    throw new CommandError(`"${id}" is no code, no decision id and no call; write a call as backend/tool`);
  }
  const gathering = new CallGathering();
  const wanted = id.toUpperCase();
  const records = await new LogReader((record) => {
    const isIt = String(record.id).endsWith(wanted);
    if (isIt) gathering.add(record);
    else gathering.learn(record);
    return isIt;
  }).read(segmentsOf(await foldersOf(options)).filter((file) => mayHold(file, wanted)));
  const found = findDecision(records, id);
  if (found === undefined)
    throw new CommandError(
      `the log has no decision ${id}, or several that end so; \`sallyport audit query\` prints ids, --dir names another log`,
    );
  const values = process.stdout.isTTY === true;
  const config = await configFor(options.config);
  const mask = maskFor(config.secrets);
  const recorded = recordedOf(found, values, (value) => maskValue(value, mask));
  const call = gathering.calls().find((one) => one.id === found.call.id);
  const asked =
    call === undefined ? 'it is no call of a tool, prompt or resource' : askedAgain(call, config, NO_SHAPES);
  const now =
    typeof asked === 'string'
      ? undefined
      : callReport(asked, await explainAsked(asked, await groundAlone(config), 'explain'), {
          values,
          mask,
          known: true,
        });
  const today =
    now === undefined
      ? { unknown: asked as string }
      : { same: now.decision === call!.effect, decision: now.decision, ...picked(now) };
  if (options.json === true) printJson({ ...recorded, now: today, ...(values ? {} : { withheld: WITHHELD }) });
  else print(linesOf(recorded, today, values).join('\n'));
  return options.check === true && recorded.decision !== 'allow' ? EXIT.denied : EXIT.ok;
}

/** `wrap` needs no config, and what it decided is explained without one as well. A config that is there has to be right. */
async function configFor(named: string | undefined): Promise<Config> {
  try {
    return (await readConfig({ config: named, overrides: {} })).config;
  } catch (error) {
    const isNone = error instanceof ConfigError && error.problems.every(({ code }) => code === 'SP1008');
    if (named === undefined && isNone) return resolveConfig([], {}, folders()).config;
    throw error;
  }
}

function recordedOf({ call, done }: FoundDecision, values: boolean, masked: (value: unknown) => unknown) {
  const would = asObject(call.would_deny);
  const text = (name: string) => (typeof call[name] === 'string' ? String(call[name]) : undefined);
  const code = text('code') ?? (would?.code as string | undefined);
  const at = text('at');
  const value = at === undefined || !values ? undefined : valueAtPointer(call.args, at);
  return {
    id: String(call.id),
    ts: String(call.ts),
    action: String(call.action),
    resource: String(call.resource),
    principal: String(call.principal),
    decision: String(call.decision),
    would_deny: would !== undefined,
    code,
    meaning: known(code)?.meaning,
    next: known(code)?.next,
    rule: text('rule') ?? (would?.rule as string | undefined),
    source: text('source'),
    check: text('check'),
    at,
    ...(value === undefined ? {} : { value: masked(value) }),
    policy: text('policy'),
    outcome: typeof done?.outcome === 'string' ? done.outcome : undefined,
    noticed: [...notesOf(call), ...(done === undefined ? [] : notesOf(done))],
  };
}

function known(code: string | undefined) {
  return code !== undefined && Object.hasOwn(CODES, code) ? CODES[code as Code] : undefined;
}

/** What is said of the decision that would be made today. */
function picked({ code, rule, source, fix }: CallReport) {
  return { code, rule, source, fix };
}

type Recorded = ReturnType<typeof recordedOf>;
type Today =
  | { readonly unknown: string }
  | ({ readonly same: boolean; readonly decision: string } & ReturnType<typeof picked>);

function linesOf(recorded: Recorded, today: Today, values: boolean): string[] {
  const { decision, resource, code, meaning, next, rule, source, at, ts, principal, id } = recorded;
  const held = 'value' in recorded ? ` = ${safeJson(recorded.value)}` : '';
  const rows: [string, string | undefined][] = [
    ['when', `${ts}, ${recorded.action} by ${principal}`],
    ['means', meaning],
    ['rule', rule === undefined ? undefined : source === undefined ? rule : `${rule} (${source})`],
    ['argument', at === undefined ? undefined : `${at}${held}`],
    ...recorded.noticed.map((note): [string, string] => ['noticed', note]),
    ['outcome', recorded.outcome],
    ['today', todayLine(today)],
    ['fix', 'fix' in today ? today.fix : undefined],
    ['next', next],
  ];
  return [
    shown([decision, resource, code ?? '', id].filter((part) => part !== '').join('  '), 600),
    ...(recorded.would_deny ? ['  observed only: it would not have been allowed if the backend were enforced'] : []),
    ...rows.flatMap(([name, text]) => (text === undefined ? [] : [`  ${name.padEnd(9)} ${shown(text, 600)}`])),
    ...(values ? [] : [WITHHELD]),
  ];
}

function todayLine(today: Today): string {
  if ('unknown' in today) return `not known: ${today.unknown}`;
  if (today.same) return 'the policy in force decides the same';
  const { decision, code, rule, source } = today;
  return `the policy in force decides ${[decision, code, rule, source].filter(Boolean).join('  ')}`;
}
