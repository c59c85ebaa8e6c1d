import type { Config } from '../../../model/config.ts';
import type { Pattern } from '../../../model/lists.ts';
import type { Place, ToolRule, Triple } from '../../../model/rules.ts';
import { compileGlob } from '../../../policy/glob.ts';
import type { Problem } from '../../problems.ts';
import { COVERS, type Covers } from './covers.ts';

const PARTS = ['paths', 'sql', 'commands', 'domains'] as const;
const CONSTRAINTS = [
  ...PARTS,
  'formFields',
  'uploads',
  'arguments',
  'undeclared',
  'maxFileBytes',
  'maxRows',
  'maxDepth',
] as const;

/** Rules that are never reached, or change nothing when they are. */
export function checkReach(config: Config): Problem[] {
  return config.policies.rules.flatMap((rule) => [
    ...saysNothing(rule, config),
    ...behindItsOwnDenial(rule),
    ...behindABackend(rule, config),
    ...PARTS.flatMap((part) => (rule[part] === undefined ? [] : insideItsOwnDenial(rule[part], COVERS[part]))),
  ]);
}

function saysNothing(rule: ToolRule, { policies }: Config): Problem[] {
  const speaks = rule.action !== undefined || constraintsOf(rule).length > 0;
  const limited = policies.rates.some((rate) => rate.rule.startsWith(`${rule.rule}.`));
  return speaks || limited ? [] : [idle(rule, `${rule.rule} says nothing`)];
}

/** A rule that denies every call has nothing left to judge. */
function behindItsOwnDenial(rule: ToolRule): Problem[] {
  if (rule.action?.value !== 'deny') return [];
  return constraintsOf(rule).map((place) =>
    idle(place, `${place.rule} is never reached: ${rule.rule} denies every call it holds for`),
  );
}

function constraintsOf(rule: ToolRule): Place[] {
  const parts = CONSTRAINTS.flatMap((part) => rule[part] ?? []);
  return [...parts, ...rule.blockPatterns].map(({ rule: path, source }) => ({ rule: path, source }));
}

/** A rule about one tool that its backend hides from everybody. */
function behindABackend({ rule, source, selector, action }: ToolRule, { backends }: Config): Problem[] {
  const slash = selector.indexOf('/');
  const [name, tool] = [selector.slice(0, slash), selector.slice(slash + 1)];
  if (slash === -1 || /[*?{]|^@/.test(tool) || action?.value === 'deny') return [];
  const backend = backends.find((one) => one.name === name);
  if (backend === undefined) return [];
  const { allowed, denied } = backend.tools;
  const hiding = denied.find(({ glob }) => compileGlob(glob, 'anything')(tool));
  const missing = allowed.find(({ patterns }) => !patterns.some(({ glob }) => compileGlob(glob, 'anything')(tool)));
  const why = hiding ?? missing;
  return why === undefined ? [] : [idle({ rule, source }, `${rule} is never reached: ${why.rule} hides ${selector}`)];
}

/** Deny beats approval beats allow, so an entry inside a stricter one of the same rule is never what decides. */
function insideItsOwnDenial({ allow, deny, requireApproval }: Triple, covers: Covers): Problem[] {
  const inside = (weak: readonly Pattern[], strict: readonly Pattern[]) =>
    weak.flatMap((entry) => {
      const by = strict.find(({ glob }) => covers(glob, entry.glob));
      return by === undefined
        ? []
        : [idle(entry, `${entry.rule} ("${entry.glob}") is never reached: ${by.rule} ("${by.glob}") is stricter`)];
    });
  return [...inside(allow?.patterns ?? [], deny), ...inside(requireApproval, deny)];
}

function idle({ source }: Place, message: string): Problem {
  return { code: 'SP1110', severity: 'warning', message, where: source };
}
