import type { Effect } from '../../model/decision.ts';
import type { Json } from '../../model/json.ts';
import type { Allowed } from '../../model/lists.ts';
import type {
  CommandRule,
  DomainRule,
  FormFieldRule,
  PathRule,
  Placed,
  SqlDialect,
  SqlRule,
  ToolRule,
  Triple,
} from '../../model/rules.ts';
import type { Spot } from '../files/spot.ts';
import { selectorOf } from '../words/selector-alias.ts';
import { parseSize } from '../words/units.ts';
import { resolveSchedule } from './schedules.ts';

/** One entry of `policies.tools`, or of the tools of an agent. */
export function resolveRule(spot: Spot, selector: string, agent: string | undefined): ToolRule {
  const bytes = spot.placed<string | number>('max_file_bytes');
  return {
    selector: selectorOf(selector),
    agent,
    layer: spot.rank,
    ...spot.place,
    action: actionOf(spot),
    schedule: spot.at('schedule').value === undefined ? undefined : resolveSchedule(spot.at('schedule')),
    when: spot.placed<string>('when'),
    paths: pathsOf(spot),
    sql: sqlOf(spot),
    commands: commandsOf(spot),
    domains: domainsOf(spot),
    formFields: formFieldsOf(spot),
    uploads: uploadsOf(spot),
    blockPatterns: spot.patterns('block_patterns'),
    arguments: spot.placed<Json>('arguments'),
    undeclared: spot.placed<'allow' | 'deny'>('undeclared'),
    maxFileBytes: bytes && { ...bytes, value: parseSize(bytes.value)! },
    maxRows: spot.placed<number>('max_rows'),
    maxDepth: spot.placed<number>('max_depth'),
  };
}

/** A rule that says nothing, for parts of the config that mean one thing only. */
export function emptyRule(selector: string, place: Placed<unknown>, layer: number): ToolRule {
  return {
    selector,
    agent: undefined,
    layer,
    rule: place.rule,
    source: place.source,
    action: undefined,
    schedule: undefined,
    when: undefined,
    paths: undefined,
    sql: undefined,
    commands: undefined,
    domains: undefined,
    formFields: undefined,
    uploads: undefined,
    blockPatterns: [],
    arguments: undefined,
    undeclared: undefined,
    maxFileBytes: undefined,
    maxRows: undefined,
    maxDepth: undefined,
  };
}

function actionOf(spot: Spot): Placed<Effect> | undefined {
  const allow = spot.placed<boolean>('allow');
  return spot.placed<Effect>('action') ?? (allow && { ...allow, value: allow.value ? 'allow' : 'deny' });
}

function tripleOf(spot: Spot, alias?: Allowed): Triple {
  return {
    ...spot.place,
    layer: spot.rank,
    in: spot.at('in').value as string[] | undefined,
    allow: spot.allowed('allow') ?? alias,
    deny: spot.patterns('deny'),
    requireApproval: spot.patterns('require_approval'),
  };
}

function pathsOf(rule: Spot): PathRule | undefined {
  const spot = rule.at('paths');
  const alias = rule.allowed('allowed_dirs');
  const depth = spot.placed<number>('max_depth') ?? rule.placed<number>('max_path_depth');
  if (spot.value === undefined && alias === undefined && depth === undefined) return undefined;
  return {
    ...tripleOf(spot, alias),
    readOnly: spot.patterns('read_only'),
    maxDepth: depth,
    rewrite: (spot.at('rewrite').value as boolean | undefined) ?? true,
  };
}

function sqlOf(rule: Spot): SqlRule | undefined {
  const spot = rule.at('sql');
  const readOnly = spot.placed<boolean>('read_only') ?? rule.placed<boolean>('read_only');
  if (spot.value === undefined && readOnly === undefined) return undefined;
  return {
    ...tripleOf(spot),
    dialect: spot.placed<SqlDialect>('dialect'),
    readOnly,
    readOnlyTables: spot.patterns('read_only_tables'),
    denyTables: spot.patterns('deny_tables'),
    allowTables: spot.allowed('allow_tables'),
    denyFunctions: spot.patterns('deny_functions'),
    allowFunctions: spot.allowed('allow_functions'),
    maxRows: spot.placed<number>('max_rows'),
    multiple: spot.at('multiple').value === true,
  };
}

function commandsOf(rule: Spot): CommandRule | undefined {
  const spot = rule.at('commands');
  const alias = rule.allowed('allowed_commands');
  if (spot.value === undefined && alias === undefined) return undefined;
  return { ...tripleOf(spot, alias), redirectTo: spot.patterns('redirect_to') };
}

export function domainsOf(rule: Spot): DomainRule | undefined {
  const spot = rule.at('domains');
  if (spot.value === undefined) return undefined;
  return {
    ...tripleOf(spot),
    blockPrivate: spot.placed<boolean>('block_private'),
    schemes: spot.at('schemes').value as string[] | undefined,
    ports: spot.at('ports').value as number[] | undefined,
  };
}

function formFieldsOf(rule: Spot): FormFieldRule | undefined {
  const spot = rule.at('form_fields');
  if (spot.value === undefined) return undefined;
  return { ...spot.place, in: spot.at('in').value as string[] | undefined, deny: spot.patterns('deny') };
}

function uploadsOf(spot: Spot): Placed<Effect> | undefined {
  const uploads = spot.placed<boolean | Effect>('uploads');
  if (uploads === undefined) return undefined;
  const { value } = uploads;
  return { ...uploads, value: typeof value === 'boolean' ? (value ? 'allow' : 'deny') : value };
}
