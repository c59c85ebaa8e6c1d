import type { KeyPath } from '../files/key-path.ts';

/**
 * What an untrusted file may say, by path; `*` stands for any key or index. Everything else of it is ignored, also which
 * arguments are judged and in which dialect: both say as well what other rules need not look at.
 */
const MAY: readonly string[] = [
  'version',
  'backends.*.name',
  'backends.*.command',
  'backends.*.url',
  'backends.*.denied_tools',
  'backends.*.denied_prompts',
  'backends.*.denied_resources',
  'backends.*.limits.*',
  'backends.*.sandbox.deny',
  'security.sandbox.deny',
  'limits.*',
  'approvals.require_out_of_band',
  'policies.block_patterns',
  ...['policies.tools.*', 'policies.agents.*.tools.*'].flatMap((rule) =>
    [
      'schedule',
      'when',
      'paths.deny',
      'paths.require_approval',
      'paths.read_only',
      'paths.max_depth',
      'sql.deny',
      'sql.require_approval',
      'sql.read_only_tables',
      'sql.deny_tables',
      'sql.deny_functions',
      'sql.max_rows',
      'commands.deny',
      'commands.require_approval',
      'domains.deny',
      'domains.require_approval',
      'form_fields.deny',
      'block_patterns',
      'max_file_bytes',
      'max_rows',
      'max_depth',
      'rate_limit',
    ].map((key) => `${rule}.${key}`),
  ),
  'policies.agents.*.denied_tools',
];

/** Values that tighten whatever stands elsewhere, at these paths. */
const MAY_BE: Readonly<Record<string, readonly unknown[]>> = {
  'policies.default': ['deny', 'require_approval'],
  'policies.requests.*': ['deny'],
  'policies.baseline.*': ['deny'],
  'policies.tools.*.action': ['deny', 'require_approval'],
  'policies.tools.*.allow': [false],
  'policies.tools.*.uploads': [false, 'deny', 'require_approval'],
  'policies.tools.*.read_only': [true],
  'policies.tools.*.sql.read_only': [true],
  'policies.tools.*.domains.block_private': [true],
  'policies.tools.*.undeclared': ['deny'],
  'approvals.on_timeout': ['deny'],
  'approvals.separate_approver': [true],
};

export interface Tightened {
  readonly value: unknown;
  /** What was left out. */
  readonly ignored: readonly KeyPath[];
}

/** The part of an untrusted config that can only tighten (docs/configuration.md, trust). */
export function tighten(value: unknown): Tightened {
  const ignored: KeyPath[] = [];
  const walk = (here: unknown, path: KeyPath): unknown => {
    if (permits(path, here)) return here;
    if (typeof here !== 'object' || here === null || !leadsOn(path)) {
      ignored.push(path);
      return undefined;
    }
    if (Array.isArray(here)) return here.map((entry, index) => walk(entry, [...path, index]));
    const kept = Object.entries(here).map(([key, inner]) => [key, walk(inner, [...path, key])] as const);
    return Object.fromEntries(kept.filter(([, inner]) => inner !== undefined));
  };
  return { value: walk(value, []), ignored };
}

function permits(path: KeyPath, value: unknown): boolean {
  if (MAY.some((allowed) => matches(allowed.split('.'), path))) return true;
  return Object.entries(MAY_BE).some(
    ([allowed, values]) => matches(allowed.split('.'), path) && values.includes(value),
  );
}

/** Whether something below may be said. */
function leadsOn(path: KeyPath): boolean {
  return [...MAY, ...Object.keys(MAY_BE)].some((allowed) => {
    const steps = allowed.split('.');
    return steps.length > path.length && matches(steps.slice(0, path.length), path);
  });
}

function matches(steps: readonly string[], path: KeyPath): boolean {
  return steps.length === path.length && steps.every((step, index) => step === '*' || step === String(path[index]));
}
