import type { Allowed } from '../model/lists.ts';
import type { DomainRule, Place } from '../model/rules.ts';
import type { HostFacts } from '../parse/host.ts';
import { isFetching, type UrlFacts } from '../parse/url.ts';
import { compileHostPatterns, type HostPattern } from './host-patterns.ts';
import type { Outcome } from './outcome.ts';

/** One argument as it was read. */
export interface ReadValue {
  /** JSON pointer from the arguments. */
  readonly at: string;
  readonly text: string;
  /** Undefined when it has no scheme. */
  readonly url: UrlFacts | undefined;
  /** The host it is when it has no scheme; undefined when it is none. */
  readonly bare: UrlFacts | undefined;
  /** The `uri` of a resource, which has a meaning here only when something is fetched by it. */
  readonly isResource: boolean;
}

export interface CompiledDomainRule {
  readonly rule: DomainRule;
  readonly allow: readonly HostPattern[] | undefined;
  readonly deny: readonly HostPattern[];
  readonly requireApproval: readonly HostPattern[];
}

const USUAL_SCHEMES = ['http', 'https'];
/** The last name in a pointer says that a whole URL must stand there. */
const WHOLE_URL = /(?:^|[/_-])(?:url|uri|href|link)s?(?:\/\d+)*$/i;

export async function compileDomainRule(rule: DomainRule): Promise<CompiledDomainRule> {
  return {
    rule,
    allow: rule.allow && (await compileHostPatterns(rule.allow.patterns)),
    deny: await compileHostPatterns(rule.deny),
    requireApproval: await compileHostPatterns(rule.requireApproval),
  };
}

/** What a rule of the operator says of one argument. */
export function judgeByRule(compiled: CompiledDomainRule, value: ReadValue, outcome: Outcome): void {
  const { rule } = compiled;
  const facts = value.url ?? value.bare;
  if (value.isResource && (value.url === undefined || !isFetching(value.url.scheme!))) return;
  const wrong = wrongForm(value);
  if (wrong !== undefined || facts === undefined) {
    const text = `the address in ${named(value)} cannot be judged: ${wrong}`;
    return outcome.add('deny', { code: 'SP3132', text, ...placed(rule, value), fix: 'write the URL plainly' });
  }
  const { scheme, host, port } = facts;
  if (scheme !== undefined && !(rule.schemes ?? USUAL_SCHEMES).includes(scheme)) {
    const fix = `add "${scheme}" to ${rule.rule}.schemes`;
    const text = `the scheme of the URL in ${named(value)} is not allowed`;
    return outcome.add('deny', { code: 'SP3134', text, ...placed(rule, value), fix });
  }
  if (host === undefined) return;
  if (rule.ports !== undefined && port !== undefined && !rule.ports.includes(port)) {
    const text = `the port of the URL in ${named(value)} is not allowed`;
    outcome.add('deny', { code: 'SP3134', text, ...placed(rule, value), fix: `add ${port} to ${rule.rule}.ports` });
  }
  judgeHost(compiled, value, host, port, outcome);
}

/** Whether a list of the rule names the host, so that somebody thought of it. */
export function isListed({ rule, allow = [], requireApproval }: CompiledDomainRule, { host, port }: UrlFacts): boolean {
  return (
    rule.layer === 1 && host !== undefined && [...allow, ...requireApproval].some(({ matches }) => matches(host, port))
  );
}

function judgeHost(
  { rule, allow, deny, requireApproval }: CompiledDomainRule,
  value: ReadValue,
  host: HostFacts,
  port: number | undefined,
  outcome: Outcome,
): void {
  const first = (patterns: readonly HostPattern[]) => patterns.find(({ matches }) => matches(host, port));
  const refused = `the host in ${named(value)} is not allowed`;
  const denied = first(deny);
  if (denied !== undefined) {
    const fix = `remove ${denied.rule}`;
    outcome.add('deny', { code: 'SP3131', text: refused, ...placed(denied, value), fix });
  }
  const { blockPrivate } = rule;
  if (blockPrivate?.value === true && host.standing !== 'public') {
    const text = `the host in ${named(value)} is in a private or special network`;
    const fix = `set ${blockPrivate.rule} to false`;
    outcome.add('deny', { code: 'SP3133', text, ...placed(blockPrivate, value), fix });
  }
  const asking = first(requireApproval);
  if (asking !== undefined) {
    const text = `the host in ${named(value)} needs the approval of a person`;
    const fix = `remove ${asking.rule}`;
    outcome.add('require_approval', { code: 'SP6003', text, ...placed(asking, value), fix });
  } else if (allow !== undefined && first(allow) === undefined) {
    const list = rule.allow as Allowed;
    const fix = `add "${host.host}" to ${list.rule}`;
    outcome.add('deny', { code: 'SP3131', text: refused, ...placed(list, value), fix });
  }
}

function wrongForm({ url, bare, at }: ReadValue): string | undefined {
  if (url !== undefined) return url.doubt;
  if (WHOLE_URL.test(at)) return 'it is no URL with a scheme';
  return bare === undefined ? 'it is neither a URL nor a host' : bare.doubt;
}

/** How the texts for models name an argument; they never quote it. */
export function named({ at }: { readonly at: string }): string {
  return `the argument \`${at}\``;
}

export function placed({ rule, source }: Place, { at }: { readonly at: string }): Place & { readonly at: string } {
  return { rule, source, at };
}
