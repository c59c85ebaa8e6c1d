import type { Config } from '../model/config.ts';
import type { Effect } from '../model/decision.ts';
import type { Baseline, Placed } from '../model/rules.ts';
import type { HostFacts } from '../parse/host.ts';
import { HOLDS_ANOTHER, isFetching, readBareHost, type UrlFacts } from '../parse/url.ts';
import { named, placed, type ReadValue } from './domain-rule.ts';
import { neverOpenPorts } from './machine-ports.ts';
import type { Outcome } from './outcome.ts';

/** What may mean a host to a program that decodes it, though it is written so that we read none. */
const HIDES_A_HOST = /%[0-9a-f]{2}|\\|:\/\//i;
const IS_PATH = /^\/(?![/\\])/;
/** An empty page, which browsers go to between others. */
const EMPTY_PAGE = /^about:blank(?:#.*)?$/i;
const NEVER = 'nothing: such addresses are always denied';

/** Those of the web, and the one with a refusal of its own. */
const ELSEWHERE_JUDGED: ReadonlySet<string> = new Set(['http', 'https', 'file']);

/** A tool of a preset is known to fetch from the web; one that reaches outside fetches what it is given. */
export type Reach = 'web' | 'outside' | 'unknown';

/** What holds for every address in every call, whether or not there are rules. */
export class DomainBaseline {
  readonly #baseline: Baseline;
  readonly #neverPorts: ReadonlySet<number>;

  constructor(config: Config) {
    this.#baseline = config.policies.baseline;
    this.#neverPorts = neverOpenPorts(config);
  }

  /** `listed`: an operator's list names the host. */
  judge(value: ReadValue, reach: Reach, listed: (facts: UrlFacts) => boolean, outcome: Outcome): void {
    const facts = this.#factsOf(value, outcome);
    if (reach === 'web') this.#scheme(value, outcome);
    if (facts === undefined) return;
    const { scheme, host, port } = facts;
    if (host !== undefined) this.#host(value, host, port, outcome);
    else if (scheme === 'file' && reach !== 'unknown' && facts.doubt === undefined) this.#file(value, outcome);
    if (facts.doubt !== undefined) this.#malformed(value, facts.doubt, outcome);
    else if (host !== undefined && !listed(facts)) this.#unlisted(value, host, outcome);
  }

  /** A value that is no text where one must stand. */
  notText(at: string, outcome: Outcome): void {
    this.#malformed({ at }, 'it is no text', outcome);
  }

  /** What can be judged of the value without a rule; undefined when it names nothing that is fetched. */
  #factsOf(value: ReadValue, outcome: Outcome): UrlFacts | undefined {
    const { url, text, isResource } = value;
    if (url !== undefined) {
      if (isFetching(url.scheme!)) return url;
      // Programs that show or unpack something fetch the URL inside: `view-source:http://…`.
      return !isResource && url.doubt === HOLDS_ANOTHER ? url : undefined;
    }
    if (isResource || IS_PATH.test(text)) return undefined;
    const bare = value.bare ?? readBareHost(text.slice(text.lastIndexOf('@') + 1));
    if (bare === undefined && HIDES_A_HOST.test(text))
      this.#malformed(value, 'it is neither a URL nor a host', outcome);
    return bare;
  }

  #host(value: ReadValue, { standing, note }: HostFacts, port: number | undefined, outcome: Outcome): void {
    const { private_addresses: ofPrivate, loopback_addresses: ofLoopback } = this.#baseline;
    if (note !== undefined && standing === 'public') outcome.note(`${named(value)} holds ${note}`);
    if (standing === 'never') {
      const text = `the host in ${named(value)} is one where machines keep credentials, or a neighbour of this one`;
      outcome.add('deny', { code: 'SP3133', text, ...placed(ofPrivate, value), fix: NEVER });
    } else if (standing === 'loopback' && port !== undefined && this.#neverPorts.has(port)) {
      const text = `the port of this machine in ${named(value)} is never open to tools`;
      outcome.add('deny', { code: 'SP3134', text, ...placed(ofLoopback, value), fix: NEVER });
    } else if (standing === 'loopback') this.#network(value, ofLoopback, 'this machine', outcome);
    else if (standing === 'private') this.#network(value, ofPrivate, 'a private or special network', outcome);
  }

  #network(value: ReadValue, rule: Placed<Effect>, where: string, outcome: Outcome): void {
    const text =
      rule.value === 'deny'
        ? `the host in ${named(value)} is in ${where}`
        : `the host in ${named(value)} is in ${where}, which needs the approval of a person`;
    outcome.add(rule.value, { code: 'SP3133', text, ...placed(rule, value), fix: `set ${rule.rule} to allow` });
  }

  /** `javascript:` and `data:` are code in the place of a page, and no other scheme is one of the web either. */
  #scheme(value: ReadValue, outcome: Outcome): void {
    const { url, text: written } = value;
    if (url === undefined || url.doubt !== undefined || ELSEWHERE_JUDGED.has(url.scheme!)) return;
    if (EMPTY_PAGE.test(written)) return;
    const rule = this.#baseline.private_addresses;
    const text = `the URL in ${named(value)} is of a scheme that is not of the web`;
    outcome.add('deny', { code: 'SP3134', text, ...placed(rule, value), fix: 'give a URL of http or https' });
  }

  #file(value: ReadValue, outcome: Outcome): void {
    const rule = this.#baseline.private_addresses;
    const text = `the URL in ${named(value)} names a file, and the tool is for the web`;
    const fix = 'give the path to a tool for files';
    outcome.add('deny', { code: 'SP3134', text, ...placed(rule, value), fix });
  }

  #malformed(value: { readonly at: string }, why: string, outcome: Outcome): void {
    const rule = this.#baseline.private_addresses;
    const text = `the address in ${named(value)} cannot be judged: ${why}`;
    outcome.add('deny', { code: 'SP3132', text, ...placed(rule, value), fix: 'write the URL plainly' });
  }

  #unlisted(value: ReadValue, { host }: HostFacts, outcome: Outcome): void {
    const rule = this.#baseline.unlisted_domains;
    const text = `the host in ${named(value)} is on no list of hosts`;
    const fix = `add "${host}" to \`domains.allow\` of a rule for the tool, or set ${rule.rule} to allow`;
    outcome.add(rule.value, { code: 'SP3131', text, ...placed(rule, value), fix });
  }
}
