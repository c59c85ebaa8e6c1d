import type { AllowanceEntry, RuleEntry } from '../../../lib/inspect/secrets/rule.ts';
import { beginningsOf, capturingOnly, longestOf, withoutLead } from './extent.ts';
import { parseRe2 } from './parse-re2.ts';
import { printJs } from './print-js.ts';
import type { SourceAllowance, SourceRule } from './source-rule.ts';

const MOST_KEYWORDS = 24;
const LONGEST_KEYWORD = 14;
/** What a match begins with calls its rule from this length on; a shorter one only if the rule says so itself. */
const TELLING = 4;
/** No rule that is looked for around a keyword is looked for farther than this. */
const FARTHEST = 1200;

/** Throws for a rule that cannot be put into JavaScript, or that no keyword calls. */
export function compileRule(rule: SourceRule): RuleEntry {
  const parsed = withoutLead(capturingOnly(parseRe2(rule.regex), rule.group ?? 0));
  const { source, flags } = printJs(parsed);
  new RegExp(source, flags);
  const given = rule.keywords.map((keyword) => keyword.toLowerCase());
  const beginnings = fewOf(beginningsOf(parsed));
  const begins =
    beginnings.length > 0 &&
    beginnings.every((text) => text.length >= TELLING || given.some((keyword) => text.startsWith(keyword)));
  const keywords = begins ? beginnings : given;
  if (keywords.length === 0 || keywords.some((keyword) => !/^[\x21-\x7e][\x20-\x7e]+$/.test(keyword))) {
    throw new Error(`rule ${rule.id} has no keyword that can call it`);
  }
  return {
    id: rule.id,
    ...(rule.label === undefined ? {} : { label: rule.label }),
    regex: source,
    ...(flags === '' ? {} : { flags }),
    ...(rule.entropy === undefined ? {} : { entropy: rule.entropy }),
    keywords,
    ...(begins ? { begins } : {}),
    reach: begins ? longestOf(parsed) : Math.min(longestOf(parsed), FARTHEST),
    ...(rule.guess === true ? { guess: true } : {}),
    ...(rule.allow === undefined ? {} : { allow: rule.allow.map(compileAllowance) }),
  };
}

/** As much of the beginnings as leaves few of them. */
function fewOf(beginnings: readonly string[]): string[] {
  for (let length = LONGEST_KEYWORD; length > 0; length--) {
    const found = [...new Set(beginnings.map((text) => text.slice(0, length)))];
    if (found.length <= MOST_KEYWORDS) return found;
  }
  return [];
}

export function compileAllowance({ of, regexes, stopwords }: SourceAllowance): AllowanceEntry {
  return {
    ...(of === 'match' ? { of } : {}),
    ...(regexes === undefined
      ? {}
      : {
          regexes: regexes.map((regex) => {
            const { source, flags } = printJs(parseRe2(regex));
            new RegExp(source, flags);
            return [source, flags] as const;
          }),
        }),
    ...(stopwords === undefined ? {} : { stopwords }),
  };
}
