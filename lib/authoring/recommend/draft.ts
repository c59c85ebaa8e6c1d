import { asObject, type Json } from '../../model/json.ts';
import { createMask, type Mask, maskValue } from '../../model/mask.ts';
import type { AskedType } from '../asked.ts';
import { escaped } from './folders.ts';
import type { Narrowing } from './narrowing.ts';
import { evidence, type Observed } from './observed.ts';
import { Remarked, yamlText } from './yaml-text.ts';

/** One observed thing with the rule that fits it. */
export interface Finding {
  readonly observed: Observed;
  readonly narrowing: Narrowing;
}

const LISTS: Readonly<Record<AskedType, string>> = {
  tool: 'allowed_tools',
  prompt: 'allowed_prompts',
  resource: 'allowed_resources',
};
const STRICTEST: readonly string[] = ['deny', 'require_approval'];

/**
 * The config with nothing granted but what was observed. `raw` is the config in force as it is written, so that every
 * denial, role and limit of it stays; secrets that stand in it are left out.
 */
export function draftText(raw: Json, secrets: readonly string[], findings: readonly Finding[]): string {
  const mask = createMask(secrets);
  const base = withoutRefs(maskValue(raw, mask)) as Json;
  const policies = asObject(base.policies) ?? {};
  const draft = {
    version: 1,
    ...base,
    backends: backendsOf(base, findings, mask),
    policies: {
      ...policies,
      default: STRICTEST.includes(String(policies.default)) ? policies.default : 'deny',
      tools: toolsOf(asObject(policies.tools) ?? {}, findings),
    },
  };
  return `${headOf(findings)}${yamlText(draft)}`;
}

function headOf(findings: readonly Finding[]): string {
  const calls = findings.flatMap(({ observed }) => [...observed.allowed, ...observed.asked]);
  const times = calls.map(({ ts }) => ts).sort();
  const span = times.length === 0 ? '' : `, from ${times[0]!.slice(0, 10)} to ${times.at(-1)!.slice(0, 10)}`;
  const refused = findings.reduce((sum, { observed }) => sum + observed.refused.length, 0);
  return [
    `# Drafted by \`sallyport recommend\` from ${calls.length} calls${span}.`,
    ...(refused === 0 ? [] : [`# ${refused} refused calls grant nothing here.`]),
    '',
  ].join('\n');
}

/** The backends of the config, and those of the log that are in none. */
function backendsOf(base: Json, findings: readonly Finding[], mask: Mask): unknown[] {
  const configured = (Array.isArray(base.backends) ? base.backends : []).map((one) => asObject(one) ?? {});
  const names = configured.map(({ name }) => name);
  const missing = [...new Set(findings.map(({ observed }) => observed.backend))].filter(
    (name) => !names.includes(name),
  );
  const stubs = missing.map(
    (name): Json => ({
      name,
      command: new Remarked('false', 'write the command of the server here'),
    }),
  );
  return [...configured, ...stubs].map((backend) => {
    const own = findings.filter(({ observed }) => observed.backend === backend.name);
    const lists = Object.entries(LISTS).map(([type, key]) => [key, listOf(own, type as AskedType, mask)] as const);
    return { ...backend, ...Object.fromEntries(lists) };
  });
}

function listOf(findings: readonly Finding[], type: AskedType, mask: Mask): Remarked[] {
  return findings
    .filter(({ observed }) => observed.type === type && observed.allowed.length + observed.asked.length > 0)
    .map(({ observed, narrowing }) => {
      const { allowed, asked, id } = observed;
      const said = [
        ...(allowed.length === 0 ? [] : [evidence(allowed)]),
        ...(asked.length === 0 ? [] : [`asked about: ${evidence(asked)}`]),
        ...narrowing.why,
      ];
      return new Remarked(escaped(mask(id)), said.join('; '));
    });
}

/** Rules of the config stay; where one is about the same tool, what it allows gives way to what was observed. */
function toolsOf(rules: Json, findings: readonly Finding[]): Json {
  const tools: Record<string, unknown> = { ...rules };
  for (const { observed, narrowing } of findings) {
    const { type, backend, id, allowed, asked } = observed;
    if (type !== 'tool' || allowed.length + asked.length === 0) continue;
    const key = `${backend}/${escaped(id)}`;
    const before = asObject(tools[key]) ?? {};
    const parts = Object.entries(narrowing.parts).map(([kind, part]) => [
      kind,
      { ...asObject(before[kind]), ...part, ...bothAsked(asObject(before[kind]), part) },
    ]);
    const action = allowed.length === 0 ? { action: 'require_approval' } : {};
    const rule = { ...before, ...Object.fromEntries(parts), ...action };
    if (Object.keys(rule).length > 0) tools[key] = rule;
  }
  return tools;
}

/** What had to be asked before has to be asked still. */
function bothAsked(before: Json | undefined, part: object): Json {
  const [old, fresh] = [before?.require_approval, (part as Json).require_approval];
  return Array.isArray(old) && Array.isArray(fresh) ? { require_approval: [...old, ...fresh] } : {};
}

/** The same data with nothing shared, so that the text needs no anchors. */
function withoutRefs(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value ?? {})) as unknown;
}
