import type { EffectFlag, ToolEffect } from '../model/rules.ts';
import type { OfferedItem } from '../registry/offered.ts';
import { type Finding, findingIn } from './finding.ts';
import type { Subject } from './subject.ts';
import { wordsOf } from './words.ts';

/** What policy takes a tool for; a guess where nobody has said. */
export type EffectOf = (backend: string, tool: OfferedItem) => ToolEffect;

const READS = /^(?:describe|download|export|fetch|find|get|list|load|lookup|open|query|read|search|show|view)$/;
const PRIVATE =
  /^(?:accounts?|calendars?|chats?|contacts?|conversations?|credentials?|customers?|databases?|db|docs?|documents?|drive|emails?|events?|files?|folders?|gmail|inbox|invoices?|keys?|mails?|memor(?:y|ies)|messages?|notes?|orders?|passwords?|photos?|records?|repos?|repositor(?:y|ies)|rows?|secrets?|sql|tables?|threads?|tickets?|transactions?|users?|variables?|wallets?)$/;
const LEGS: readonly EffectFlag[] = ['private', 'untrusted', 'external'];
const MOST_NAMED = 3;

/**
 * Over all servers that one client uses together: is there something private to read, a text of strangers that could
 * ask for it, and a way to send it out? One finding for all, at the server that has the way out.
 */
export function capabilityFindings(subjects: readonly Subject[], effectOf: EffectOf): Finding[] {
  const tools = subjects.flatMap((subject) =>
    subject.definitions.filter(({ kind }) => kind === 'tool').map((tool) => ({ subject, tool })),
  );
  const flagged = tools.map((one) => ({ ...one, flags: flagsOf(one.subject.backend, one.tool, effectOf) }));
  const legs = LEGS.map((leg) => flagged.filter(({ flags }) => flags.includes(leg)));
  if (legs.some((leg) => leg.length === 0)) return [];
  const evidence = LEGS.map((leg, index) => {
    const names = legs[index]!.map(({ subject, tool }) => `${subject.backend}/${tool.id}`);
    const more = names.length > MOST_NAMED ? ` and ${names.length - MOST_NAMED} more` : '';
    return `${leg}: ${names.slice(0, MOST_NAMED).join(', ')}${more}`;
  }).join('; ');
  const { subject } = legs[2]![0]!;
  return [
    findingIn(subject, {
      rule: 'capabilities.trifecta',
      severity: 'medium',
      kind: 'server',
      id: '',
      at: '',
      evidence,
    }),
  ];
}

/** What policy says, and where it only guesses, what the name says of what is read. */
function flagsOf(backend: string, tool: OfferedItem, effectOf: EffectOf): readonly EffectFlag[] {
  const { flags, origin } = effectOf(backend, tool);
  if (origin === 'operator') return flags;
  const words = wordsOf(tool.id);
  const reads = words.some((word) => READS.test(word)) && words.some((word) => PRIVATE.test(word));
  return reads ? [...flags, 'private'] : flags;
}
