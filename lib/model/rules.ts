import type { Effect } from './decision.ts';
import type { Json } from './json.ts';
import type { Allowed, Pattern } from './lists.ts';

/** Where a part of the policy stands. */
export interface Place {
  /** Its path in the config, for example `policies.tools["filesystem/*"].paths.deny[1]`. */
  readonly rule: string;
  /** `file:line`, a flag, or which default. */
  readonly source: string;
}

/** A value with where it stands. */
export interface Placed<T> extends Place {
  readonly value: T;
}

/** What paths, SQL, commands and domains have in common: deny beats approval beats allow. */
export interface Triple extends Place {
  /** Which layer it is of: only lists of the first one name what the baseline asks lists to name. */
  readonly layer: number;
  /** Names or JSON pointers of the arguments that are judged; undefined for the preset's, else inferred ones. */
  readonly in: readonly string[] | undefined;
  /** With a list, what is on it passes and nothing else; undefined is neutral. */
  readonly allow: Allowed | undefined;
  readonly deny: readonly Pattern[];
  readonly requireApproval: readonly Pattern[];
  /** It comes from the section of a sandbox, which says the same of the mounts itself. */
  readonly fenced?: boolean;
}

export interface PathRule extends Triple {
  /** May be read, not written. */
  readonly readOnly: readonly Pattern[];
  /** Most segments below the root that allows the path, or below the working folder. */
  readonly maxDepth: Placed<number> | undefined;
  /** Whether the resolved path is forwarded in the place of the written one. */
  readonly rewrite: boolean;
}

export type SqlDialect = 'postgres' | 'mysql' | 'sqlite' | 'mssql' | 'bigquery' | 'snowflake' | 'duckdb' | 'ansi';

/** Patterns of the triple are kinds of statements: `DROP`, `SELECT`, `COPY … PROGRAM` as `COPY PROGRAM`. */
export interface SqlRule extends Triple {
  readonly dialect: Placed<SqlDialect> | undefined;
  readonly readOnly: Placed<boolean> | undefined;
  readonly readOnlyTables: readonly Pattern[];
  readonly denyTables: readonly Pattern[];
  readonly allowTables: Allowed | undefined;
  readonly denyFunctions: readonly Pattern[];
  readonly allowFunctions: Allowed | undefined;
  readonly maxRows: Placed<number> | undefined;
  /** Several statements in one text. */
  readonly multiple: boolean;
}

/** Patterns of the triple match whole simple commands, word by word. */
export interface CommandRule extends Triple {
  /** Where output may be redirected to; none when empty. */
  readonly redirectTo: readonly Pattern[];
}

export interface DomainRule extends Triple {
  readonly blockPrivate: Placed<boolean> | undefined;
  /** Without the colon; `http` and `https` when undefined. */
  readonly schemes: readonly string[] | undefined;
  readonly ports: readonly number[] | undefined;
}

/** Fields a form must not be filled in, by linear-time regular expressions. */
export interface FormFieldRule extends Place {
  readonly in: readonly string[] | undefined;
  readonly deny: readonly Pattern[];
}

/** When a rule holds. */
export interface Schedule extends Place {
  /** 0 is Sunday; empty for every day. */
  readonly days: readonly number[];
  /** Minutes since midnight, from (inclusive) and to (exclusive); `to` before `from` goes over midnight. Empty for all day. */
  readonly hours: readonly { readonly from: number; readonly to: number }[];
  /** IANA name. */
  readonly timezone: string;
  /** The rule holds outside of these times. */
  readonly outside: boolean;
}

/** One entry of `policies.tools`, or of the `tools` of an agent. All that match a call apply, each judged alone. */
export interface ToolRule extends Place {
  /** `backend/tool`: a glob, or an effect such as `@write` in the place of the tool. */
  readonly selector: string;
  /** The clients it is for, as a glob; undefined for all. */
  readonly agent: string | undefined;
  /** Which layer it is of: a grant overrules the default of its own layer and no other. */
  readonly layer: number;
  readonly action: Placed<Effect> | undefined;
  readonly schedule: Schedule | undefined;
  /** CEL over the call: the rule holds only when it is true. */
  readonly when: Placed<string> | undefined;
  readonly paths: PathRule | undefined;
  readonly sql: SqlRule | undefined;
  readonly commands: CommandRule | undefined;
  readonly domains: DomainRule | undefined;
  readonly formFields: FormFieldRule | undefined;
  /** Whether files may be uploaded. */
  readonly uploads: Placed<Effect> | undefined;
  /** Literals no argument may hold, after normalisation. */
  readonly blockPatterns: readonly Pattern[];
  /** JSON Schema the arguments must fit besides the server's own. */
  readonly arguments: Placed<Json> | undefined;
  /** Whether arguments the tool does not declare are refused. */
  readonly undeclared: Placed<'allow' | 'deny'> | undefined;
  readonly maxFileBytes: Placed<number> | undefined;
  readonly maxRows: Placed<number> | undefined;
  readonly maxDepth: Placed<number> | undefined;
}

/** Rules every profile has, each under a name an operator can set: `policies.baseline.<name>`. */
export const BASELINE = [
  'credential_files',
  'control_files',
  'outside_reads',
  'outside_writes',
  'hard_links',
  'destructive_sql',
  'sql_writes',
  'unfiltered_sql_writes',
  'dangerous_commands',
  'unlisted_commands',
  'private_addresses',
  'loopback_addresses',
  'unlisted_domains',
  'write_tools',
  'destructive_tools',
  'unjudged_arguments',
  'undeclared_arguments',
  'repeated_calls',
] as const;

export type BaselineName = (typeof BASELINE)[number];

/** A built-in rule in force; one that a layer has set is overruled only by rules of that layer or a later one. */
export interface BaselineRule extends Placed<Effect> {
  /** Rank of the layer that has set it; 0 for the word of the profile. */
  readonly layer: number;
}

export type Baseline = Readonly<Record<BaselineName, BaselineRule>>;

export type EffectKind = 'read' | 'write' | 'destructive';
export type EffectFlag = 'external' | 'untrusted' | 'private';

/** What may stand after an `@`. */
export const EFFECT_SELECTORS = ['read', 'write', 'destructive', 'external', 'untrusted', 'private'] as const;

/** What a tool does to the world; exactly one kind, any flags. */
export interface ToolEffect {
  readonly kind: EffectKind;
  readonly flags: readonly EffectFlag[];
  /** Who says so. */
  readonly origin: 'operator' | 'preset' | 'guess';
}

/** What the operator says of tools. */
export interface EffectRule extends Place {
  readonly selector: string;
  /** Which layer says so: those after the first may only raise an effect. */
  readonly layer: number;
  readonly kind: EffectKind | undefined;
  readonly flags: readonly EffectFlag[];
}

export interface Role extends Place {
  readonly name: string;
  readonly layer: number;
  /** Selectors: `*`, `backend/tool` globs, `backend/@effect`. */
  readonly permissions: readonly Pattern[];
  readonly denied: readonly Pattern[];
}

/** A client by its proven name, as a glob. It narrows and never widens. */
export interface Agent extends Place {
  readonly name: string;
  readonly allowed: readonly Allowed[];
  readonly denied: readonly Pattern[];
}

export interface Tenant extends Place {
  readonly name: string;
  /** Globs over proven client names. */
  readonly clients: readonly string[];
  /** Names of backends; undefined for all. */
  readonly backends: readonly string[] | undefined;
}

/** An order rule: after something of the first kind, what is of the second meets the action. */
export interface Flow extends Place {
  readonly name: string;
  readonly after: string;
  /** What meets the action once something of `after` has been done. */
  readonly later: string;
  readonly action: Exclude<Effect, 'allow'>;
}

/** Whom a limit counts for separately. */
export type Per = 'client' | 'agent' | 'tenant' | 'role' | 'backend' | 'tool' | 'global';

export interface RateRule extends Place {
  readonly selector: string;
  /** Counts only for this agent, tenant or role, as a glob; undefined for all. */
  readonly only: { readonly kind: 'agent' | 'tenant' | 'role' | 'client'; readonly name: string } | undefined;
  readonly per: Per;
  /** A token bucket (GCRA). */
  readonly bucket: { readonly perSecond: number; readonly burst: number } | undefined;
  readonly window: { readonly max: number; readonly ms: number } | undefined;
}

export type BudgetUnit = 'calls' | 'tokens' | 'bytes' | 'seconds' | 'usd';

export interface Budget extends Place {
  readonly name: string;
  readonly selector: string;
  readonly per: Per;
  readonly unit: BudgetUnit;
  readonly limit: number;
  readonly windowMs: number;
  /** Share of the limit from which on a finding says so. */
  readonly warnAt: number;
  readonly onExceed: 'deny' | 'require_approval' | 'alert';
}

/** What a call costs, for budgets in money. All that match add up. */
export interface Cost extends Place {
  readonly selector: string;
  readonly usdPerCall: number;
  readonly usdPer1kTokens: number;
}

/** Everything `policies` and its neighbours in the config say, resolved. */
export interface Policies {
  readonly rules: readonly ToolRule[];
  readonly baseline: Baseline;
  readonly effects: readonly EffectRule[];
  readonly roles: readonly Role[];
  readonly agents: readonly Agent[];
  readonly tenants: readonly Tenant[];
  readonly flows: readonly Flow[];
  readonly rates: readonly RateRule[];
  readonly budgets: readonly Budget[];
  readonly costs: readonly Cost[];
  /** Which layer the keys of clients are of, whose permissions grant. */
  readonly keysLayer: number;
}
