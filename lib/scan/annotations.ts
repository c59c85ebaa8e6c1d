import { asObject } from '../model/json.ts';
import type { OfferedItem } from '../registry/offered.ts';
import { type Finding, findingIn } from './finding.ts';
import type { Subject } from './subject.ts';
import { wordsOf } from './words.ts';

/** Words of a name that say that something is changed. */
const CHANGES =
  /^(?:add|append|apply|commit|create|edit|execute|insert|install|kill|merge|modify|move|patch|pay|post|publish|push|put|rename|replace|run|send|set|transfer|update|upload|write)$/;
const DESTROYS = /^(?:delete|destroy|drop|erase|purge|remove|revoke|truncate|uninstall|wipe)$/;

/** Tools whose own words about what they do cannot be true, or that have none. */
export function annotationFindings(subject: Subject): Finding[] {
  const tools = subject.definitions.filter(({ kind }) => kind === 'tool');
  const found = tools.flatMap((tool) => contradiction(subject, tool));
  const silent = tools.filter(({ definition }) => Object.keys(asObject(definition.annotations) ?? {}).length === 0);
  if (silent.length === 0) return found;
  const evidence = `${silent.length} of ${tools.length} tools: ${silent.map(({ id }) => id).join(', ')}`;
  return [
    ...found,
    findingIn(subject, { rule: 'annotations.missing', severity: 'low', kind: 'server', id: '', at: '', evidence }),
  ];
}

function contradiction(subject: Subject, { id, definition }: OfferedItem): Finding[] {
  const { readOnlyHint, destructiveHint } = asObject(definition.annotations) ?? {};
  // The first word is what it does; a later one may be what it does it to, as in `get_commit`.
  const [verb = ''] = wordsOf(id);
  const destroys = DESTROYS.test(verb);
  const at = (hint: string) => `/annotations/${hint}`;
  const finding = (hint: string, evidence: string) =>
    findingIn(subject, {
      rule: 'annotations.contradict',
      severity: destroys ? 'high' : 'medium',
      kind: 'tool',
      id,
      at: at(hint),
      evidence,
    });
  if (readOnlyHint === true && (destroys || CHANGES.test(verb)))
    return [finding('readOnlyHint', `readOnlyHint: true, and the name begins with "${verb}"`)];
  if (readOnlyHint === true && destructiveHint === true)
    return [finding('destructiveHint', 'readOnlyHint: true and destructiveHint: true')];
  if (destructiveHint === false && destroys)
    return [finding('destructiveHint', `destructiveHint: false, and the name begins with "${verb}"`)];
  return [];
}
