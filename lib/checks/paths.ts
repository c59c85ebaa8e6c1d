import { tmpdir } from 'node:os';
import type { Call, Reply } from '../model/call.ts';
import type { Config } from '../model/config.ts';
import { deny, type Edit, PASS, pass, type Reason, type Verdict } from '../model/decision.ts';
import { all, isPromise, type Later, then } from '../model/later.ts';
import type { PathRule } from '../model/rules.ts';
import type { PathPlace } from '../parse/path/named-path.ts';
import { readPath } from '../parse/path/read.ts';
import { argumentsOf } from '../policy/call-arguments.ts';
import { type CheckTools, defineCheck, type Judge } from '../policy/check.ts';
import { namesOf } from '../policy/path-glob.ts';
import type { PresetTool } from '../presets/preset.ts';
import { PathBaseline } from './paths/baseline.ts';
import { type Candidate, candidatesOf, holdsProse } from './paths/candidates.ts';
import { contentBytes, wholeContent } from './paths/contents.ts';
import { excludedIn, excluding } from './paths/excludes.ts';
import { forwarding } from './paths/forwarding.ts';
import { type Ground, type Grounds, groundsOf } from './paths/ground.ts';
import {
  type CompiledRule,
  compileRule,
  grants,
  judgeRule,
  judgeRules,
  judgeSize,
  judgeText,
} from './paths/operator-rule.ts';
import { denied, type Objection, stricter } from './paths/outcome.ts';
import { pathsInUri } from './paths/resource-paths.ts';
import { lookUp, type Subject, writtenSubject } from './paths/subject.ts';
import { withoutWithheld } from './paths/walked-reply.ts';
import { takesFoldersWhole, withContents } from './paths/whole-folders.ts';

/** Which files a call may reach: rules of the operator, those of the profile, our own files and devices. */
export const paths = defineCheck({
  id: 'paths',
  about:
    'Judges every path of a call as it is written, where it stands and where it leads, and forwards what it judged.',
  create: (config, tools) => new Paths(config, tools, process.platform === 'win32' ? 'windows' : 'posix'),
});

/** More paths in one call are not looked up. */
const MOST_PATHS = 1000;
const BUILT_IN = { rule: 'paths', source: 'built in' };

/** What one path came to. */
interface Outcome {
  readonly objection?: Objection | undefined;
  readonly finding?: string;
  readonly edit?: Edit | undefined;
}

export class Paths implements Judge {
  readonly #tools: CheckTools;
  readonly #grounds: Grounds;
  readonly #baseline: PathBaseline;
  readonly #unjudged: Config['policies']['baseline']['unjudged_arguments'];
  /** By the folder relative patterns are read from. */
  readonly #rules = new Map<string, Map<PathRule, CompiledRule>>();

  constructor(config: Config, tools: CheckTools, platform: PathPlace['platform']) {
    const { files } = tools.state;
    this.#tools = tools;
    this.#grounds = groundsOf(config, tmpdir(), platform);
    files.admit(this.#grounds.folders);
    // A size can only be judged where files are looked up, so a rule about sizes opens every volume of this machine to that.
    if (config.policies.rules.some(({ maxFileBytes }) => maxFileBytes !== undefined)) files.admit(['/']);
    this.#baseline = new PathBaseline(config, this.#grounds, files);
    this.#unjudged = config.policies.baseline.unjudged_arguments;
    const bases = new Set(config.backends.map(({ name }) => this.#patternBase(this.#grounds.of(name))));
    for (const base of bases) {
      const compiled = new Map<PathRule, CompiledRule>();
      for (const { paths: rule } of config.policies.rules) {
        if (rule !== undefined) compiled.set(rule, compileRule(rule, base, this.#grounds, files));
      }
      this.#rules.set(base, compiled);
    }
  }

  call(call: Call): Later<Verdict> {
    if (call.direction === 'to-client') return PASS;
    const { book } = this.#tools;
    const preset = book.presetTool(call.resource);
    const ground = this.#grounds.of(call.resource.backend);
    const rules = this.#holding(call, ground);
    const { candidates, wrong, unjudged } = candidatesOf(call, rules, preset);
    if (wrong !== undefined) return deny(malformedReason('a path is something other than text', wrong));
    if (candidates.length > MOST_PATHS) return deny(malformedReason('there are too many paths in one call', ''));
    const hinted = call.resource.type === 'resource' ? this.#hinted(call.resource.id, ground, rules) : undefined;
    if (hinted !== undefined) return deny(hinted.reason);
    if (candidates.length === 0 && unjudged.length === 0) return PASS;
    const outcomes: Later<Outcome>[] = unjudged.map((rule) => this.#unjudgedOutcome(rule));
    for (const candidate of candidates) {
      const outcome = this.#judge(call, candidate, ground, preset);
      if (!isPromise(outcome) && outcome.objection?.effect === 'deny') return deny(outcome.objection.reason);
      outcomes.push(outcome);
    }
    return then(all(outcomes), (done) => this.#verdict(call, done, candidates, rules, ground, preset));
  }

  /** A tool that goes through folders names files in its reply; those no call may read are taken out. */
  reply(call: Call, reply: Reply): Verdict {
    const preset = this.#tools.book.presetTool(call.resource);
    if (!reply.ok || preset === undefined || (preset.walks !== true && preset.excludes === undefined)) return PASS;
    const ground = this.#grounds.of(call.resource.backend);
    const rules = this.#holding(call, ground);
    const { candidates } = candidatesOf(call, rules, preset);
    const folder = candidates.map(({ value }) => readPath(value.text, ground.place)).find((read) => read.ok);
    const edit = withoutWithheld(reply.body, folder?.ok === true ? folder.path : ground.place.base, (path) => {
      const forms = [namesOf(path)];
      return (
        this.#baseline.withholds(forms) || rules.some((rule) => rule.deny.some((one) => one.matches(forms[0]!, false)))
      );
    });
    return edit === undefined ? PASS : pass({ edits: [edit] });
  }

  #patternBase({ place }: Ground): string {
    return this.#grounds.project ?? place.base;
  }

  #holding(call: Call, ground: Ground): readonly CompiledRule[] {
    const held = this.#tools.book.holding(call, 'paths');
    if (held.length === 0) return [];
    const compiled = this.#rules.get(this.#patternBase(ground));
    return held.map((rule) => compiled!.get(rule.paths!)!);
  }

  #judge(call: Call, candidate: Candidate, ground: Ground, preset: PresetTool | undefined): Later<Outcome> {
    const { value, rules, chosen } = candidate;
    const read = readPath(value.text, this.#placeFor(call, value.at, ground, preset));
    if (!read.ok) {
      if (chosen === 'inferred' && rules.length === 0 && holdsProse(value.text)) {
        return { finding: `${value.at} holds no path` };
      }
      return { objection: { effect: 'deny', reason: malformedReason(read.why, value.at) } };
    }
    const files = ground.local ? this.#tools.state.files : undefined;
    const text = writtenSubject(value, read);
    const early = this.#baseline.judgeText(text) ?? judgeRules(rules, (rule) => judgeText(rule, text));
    if (early !== undefined) return { objection: early };
    try {
      const subject = lookUp(value, read, files);
      const judged = then(subject, (looked) => this.#judgeSubject(call, candidate, looked, ground));
      return isPromise(judged) ? judged.catch(() => unanswered(value.at)) : judged;
    } catch {
      return unanswered(value.at);
    }
  }

  #judgeSubject(call: Call, { rules, chosen }: Candidate, looked: Subject, ground: Ground): Later<Outcome> {
    const { book } = this.#tools;
    const saves = book.presetTool(call.resource)?.writes?.some((name) => looked.value.at === `/${name}`) === true;
    const changes = book.effectOf(call.resource, call.facts.tool).kind !== 'read';
    const writes = saves || (changes && looked.value.isRoot !== true);
    const subject = writes && takesFoldersWhole(call.resource.id) ? withContents(looked) : looked;
    const { values } = argumentsOf(call);
    const base = this.#patternBase(ground);
    let found = judgeRules(rules, (rule) => judgeRule(rule, subject, writes, base));
    for (const { maxFileBytes } of book.holding(call, 'maxFileBytes')) {
      found = stricter(
        found,
        judgeSize(maxFileBytes!, subject, writes ? contentBytes(values) : undefined, ground.local),
      );
    }
    const doing = {
      writes,
      local: ground.local && !(chosen === 'inferred' && subject.read.foreign),
      granted: rules.some((rule) => grants(rule, subject)),
      content: wholeContent(values),
    };
    return then(this.#baseline.judge(subject, doing), (other) => {
      const objection = stricter(found, other);
      const fixed = !ground.local || rules.some(({ rule }) => !rule.rewrite);
      const kept = fixed || (chosen === 'inferred' && rules.length === 0 && subject.read.form === 'relative');
      return { objection, edit: kept ? undefined : forwarding(subject, this.#grounds.platform) };
    });
  }

  /** What forbids a file that the URI of a resource may stand for: nobody can tell, so nothing but denials counts. */
  #hinted(uri: string, { place }: Ground, rules: readonly CompiledRule[]): Objection | undefined {
    for (const text of pathsInUri(uri)) {
      const read = readPath(text, place);
      if (!read.ok) continue;
      const subject = writtenSubject({ at: '/uri', path: undefined, text }, read);
      const found = this.#baseline.judgeSecret(subject) ?? judgeRules(rules, (rule) => judgeText(rule, subject));
      if (found?.effect === 'deny') return found;
    }
    return undefined;
  }

  /** Relative paths of some tools begin at another argument, which is judged as a path of its own. */
  #placeFor(call: Call, at: string, { place }: Ground, preset: PresetTool | undefined): PathPlace {
    if (preset?.base === undefined || at === `/${preset.base}`) return place;
    const base = argumentsOf(call).values[preset.base];
    const read = typeof base === 'string' ? readPath(base, place) : undefined;
    return read?.ok === true ? { ...place, base: read.path } : place;
  }

  #unjudgedOutcome({ rule }: CompiledRule): Outcome {
    const { value } = this.#unjudged;
    const finding = `${rule.rule} found no path to judge`;
    if (value === 'allow') return { finding };
    const text = 'this call names no path a rule could judge';
    const fix = `name the arguments in ${rule.rule}.in, or set policies.baseline.unjudged_arguments: allow`;
    const reason: Reason = {
      code: value === 'deny' ? 'SP3046' : 'SP6003',
      text,
      rule: rule.rule,
      source: rule.source,
      at: '',
      fix,
    };
    return { objection: { effect: value, reason } };
  }

  #verdict(
    call: Call,
    outcomes: readonly Outcome[],
    candidates: readonly Candidate[],
    rules: readonly CompiledRule[],
    ground: Ground,
    preset: PresetTool | undefined,
  ): Verdict {
    let found: Objection | undefined;
    for (const { objection } of outcomes) found = stricter(found, objection);
    if (found?.effect === 'deny') return deny(found.reason);
    const edits = outcomes.flatMap(({ edit }) => (edit === undefined ? [] : [edit]));
    const findings = outcomes.flatMap(({ finding }) => (finding === undefined ? [] : [finding]));
    if (preset?.excludes !== undefined) {
      const folder = candidates.map(({ value }) => readPath(value.text, ground.place)).find((read) => read.ok);
      const excluded =
        folder?.ok === true
          ? excludedIn(
              folder.path,
              rules.flatMap((rule) => rule.deny),
            )
          : [];
      if (excluded.length > 0 && call.action === 'tools/call') edits.push(excluding(preset.excludes, excluded));
    }
    if (found === undefined && edits.length === 0 && findings.length === 0) return PASS;
    return pass({
      ...(found === undefined ? {} : { approval: found.reason }),
      ...(edits.length === 0 ? {} : { edits }),
      ...(findings.length === 0 ? {} : { findings }),
    });
  }
}

function malformedReason(why: string, at: string): Reason {
  return { code: 'SP3102', text: `the path is malformed: ${why}`, ...BUILT_IN, at, fix: 'write the path plainly' };
}

function unanswered(at: string): Outcome {
  return { objection: denied('SP3103', BUILT_IN, at, 'nothing: its volume must answer') };
}
