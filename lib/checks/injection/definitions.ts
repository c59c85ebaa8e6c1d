import { createHash } from 'node:crypto';
import type { Call, ListItem, Reply } from '../../model/call.ts';
import { deny, type Edit, PASS, pass, type Reason, type Verdict } from '../../model/decision.ts';
import { all, isPromise, type Later, then } from '../../model/later.ts';
import type { ToolShape } from '../../model/tool-shape.ts';
import { Payload } from '../../wire/payload.ts';
import { children } from '../../wire/walk.ts';
import { hide } from '../hide.ts';
import { type Act, actOn, cleaning, type Treatment } from './acting.ts';
import { findingsOf, outcomeOf } from './examined.ts';
import type { Examiner } from './examiner.ts';
import { marked } from './flag.ts';
import { codeOf, refusal, unjudged } from './reasons.ts';
import { RefusedEntries } from './refused-entries.ts';

/** Definitions whose verdict is kept, by what they say. */
const MOST_KEPT = 5000;
/** Characters of what is kept for them, since a definition may be as long as a message. */
const MOST_CHARACTERS = 8 * 1024 * 1024;
/** What is refused of one backend; beyond, all of its kind is. */
const MOST_REFUSED = 2000;

/** What is to become of one entry of a list. */
export interface EntryVerdict {
  readonly act: Act;
  readonly reason: Reason | undefined;
  readonly findings: readonly string[];
  /** JSON text that stands for it, when it is shown in another form. */
  readonly shown: string | undefined;
}

const HARMLESS: EntryVerdict = { act: 'pass', reason: undefined, findings: [], shown: undefined };

/**
 * What servers say of tools, prompts and resources: each entry by itself, read once as long as it stays the same. What
 * was refused is in no list and cannot be used until the server says something else of it.
 */
export class Definitions {
  readonly #treatment: Treatment;
  readonly #observed: ReadonlySet<string>;
  /** The one used last stands last. */
  readonly #kept = new Map<string, EntryVerdict>();
  #characters = 0;
  readonly #byShape = new WeakMap<ToolShape, EntryVerdict>();
  /** Prompts and resources that were refused when they were listed; of tools the whole definition is at hand. */
  readonly #refused = new RefusedEntries(MOST_REFUSED);

  constructor(treatment: Treatment, observed: ReadonlySet<string>) {
    this.#treatment = treatment;
    this.#observed = observed;
  }

  /** Whether what is called may be used, as far as its server has told what it is. */
  use(call: Call, examiner: Examiner): Later<Verdict> {
    const { resource, facts } = call;
    const refused = this.#refused.reasonFor(resource);
    if (refused !== undefined) return deny(refused);
    const shape = facts.tool;
    if (shape?.definition === undefined) return PASS;
    const known = this.#byShape.get(shape);
    if (known !== undefined) return asVerdict(known);
    return then(this.#judge(shape.definition, examiner), (verdict) => {
      this.#byShape.set(shape, verdict);
      return asVerdict(verdict);
    });
  }

  /** Takes what was refused out of a list, and shows the rest as it may be shown. */
  list(call: Call, { body, items = [] }: Reply, examiner: Examiner): Later<Verdict> {
    const texts = items.map(({ start, end }) => body.slice(start, end).text());
    return then(all(texts.map((text) => this.#judge(text, examiner))), (verdicts) => {
      if (verdicts.every(({ act }) => act === 'pass')) {
        for (const { resource } of this.#refused.isEmpty ? [] : items) this.#refused.forgive(resource);
        return PASS;
      }
      return this.#listed(call, items, verdicts);
    });
  }

  #listed({ resource }: Call, items: readonly ListItem[], verdicts: readonly EntryVerdict[]): Verdict {
    const hidden = new Set<number>();
    const findings: string[] = [];
    for (const [index, item] of items.entries()) {
      const { act, reason, findings: found } = verdicts[index]!;
      findings.push(...found.map((text) => `${keyOf(item.resource)}: ${text}`));
      this.#refused.forgive(item.resource);
      if (act !== 'block' || reason === undefined) continue;
      // In a merged list entries of a backend that is only observed stay.
      if (resource.backend === '' && this.#observed.has(item.resource.backend)) continue;
      hidden.add(index);
      if (!this.#observed.has(item.resource.backend)) this.#refused.refuse(item.resource, reason);
    }
    const left = verdicts.filter((_verdict, index) => !hidden.has(index));
    const edits = [
      ...(hidden.size === 0 ? [] : [hide(items, hidden)]),
      ...(left.some(({ shown }) => shown !== undefined) ? [showing(resource.id, left)] : []),
    ];
    return pass({ findings: findings.slice(0, 50), ...(edits.length === 0 ? {} : { edits }) });
  }

  #judge(text: string, examiner: Examiner): Later<EntryVerdict> {
    const key = createHash('sha256').update(text).digest('base64');
    const known = this.#kept.get(key);
    if (known !== undefined) {
      this.#kept.delete(key);
      this.#kept.set(key, known);
      return known;
    }
    const judged = this.#read(Payload.of(text), examiner);
    return isPromise(judged) ? judged.then((verdict) => this.#keep(key, verdict)) : this.#keep(key, judged);
  }

  #keep(key: string, verdict: EntryVerdict): EntryVerdict {
    // What could not be judged is asked again the next time.
    if (verdict.reason?.code === 'SP3206' || this.#kept.has(key)) return verdict;
    this.#kept.set(key, verdict);
    this.#characters += charactersOf(verdict);
    for (const [oldest, old] of this.#kept) {
      if (this.#kept.size <= MOST_KEPT && this.#characters <= MOST_CHARACTERS) break;
      this.#kept.delete(oldest);
      this.#characters -= charactersOf(old);
    }
    return verdict;
  }

  #read(entry: Payload, examiner: Examiner): Later<EntryVerdict> {
    const treatment = this.#treatment;
    return then(examiner.examine(entry, 'description'), (examined): Later<EntryVerdict> => {
      if (examined.failed !== undefined)
        return { act: 'block', reason: unjudged(examined.failed), findings: examined.remarks, shown: undefined };
      const outcome = outcomeOf(examined, treatment.config.blockThreshold);
      const act = actOn(treatment, 'description', outcome);
      if (act === 'pass') return HARMLESS;
      const findings = findingsOf(examined);
      const reason = refusal('description', outcome, examined);
      const code = codeOf('description', outcome);
      if (act === 'block') return { act, reason, findings, shown: undefined };
      if (act === 'record') return { act, reason: undefined, findings, shown: undefined };
      if (act === 'flag') return { act, reason: undefined, findings, shown: marked(entry, code, examined).text() };
      return then(cleaning({ examiner, treatment }, entry, 'description', examined), (edit) => {
        if (edit === undefined) return { act: 'block', reason, findings, shown: undefined };
        const shown = marked(edit.apply(entry), code, examined).text();
        return { act, reason: undefined, findings, shown };
      });
    });
  }
}

function charactersOf({ shown, findings }: EntryVerdict): number {
  return findings.reduce((sum, text) => sum + text.length, shown?.length ?? 0);
}

function asVerdict({ act, reason, findings }: EntryVerdict): Verdict {
  return act === 'block' && reason !== undefined ? deny(reason, findings) : PASS;
}

function keyOf({ backend, id, type }: ListItem['resource']): string {
  return `${type} ${backend}/${id}`;
}

/** The edit that puts entries in the form they are shown in; `entries` are those that are left. */
function showing(list: string, entries: readonly EntryVerdict[]): Edit {
  return {
    name: `rewrite ${entries.filter(({ shown }) => shown !== undefined).length}`,
    apply: (body) => {
      const span = body.span(list);
      const spans = span === undefined ? [] : children(body.bytes(), span.start);
      if (spans.length !== entries.length) throw new Error('the list is not the one that was judged');
      const cuts = spans.map(({ start, end }, index) => ({ start, end, text: entries[index]!.shown }));
      return body.splice(cuts.flatMap((cut) => (cut.text === undefined ? [] : [{ ...cut, text: cut.text }])));
    },
  };
}
