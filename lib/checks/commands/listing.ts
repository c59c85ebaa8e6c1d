import type { Hazard, ShellCommand, ShellFacts } from '../../parse/shell/facts.ts';
import { type CommandPattern, type MemberPattern, surelyMatches } from './pattern.ts';

/** Whether a command is on a list, not on it, or on it but for something the list does not spell out. */
export type Listing = (command: ShellCommand) => 'listed' | 'unlisted' | Hazard;

/**
 * A list of what may run. A command that only runs another one, such as `env` or `timeout`, is listed when what it
 * runs is. What a pattern leaves open must not decide what else runs, unless that is listed itself.
 */
export function listingOf(patterns: readonly CommandPattern[], facts: ShellFacts): Listing {
  const single = patterns.flatMap(({ members }) => (members.length === 1 ? members : []));
  const piped = pipedCommands(patterns, facts);
  const listing: Listing = (command) => {
    const [program] = command.words;
    if (program!.dynamic || program!.glob) return 'unlisted';
    if (command.transparent && command.hazards.every((hazard) => runsListed(hazard, listing))) return 'listed';
    let left: Hazard | undefined;
    for (const pattern of [...single, ...(piped.get(command) ?? [])]) {
      const open = surelyMatches(command, pattern);
      if (open === undefined) continue;
      const unlisted = open.find((hazard) => !runsListed(hazard, listing));
      if (unlisted === undefined) return 'listed';
      left ??= unlisted;
    }
    return left ?? 'unlisted';
  };
  return listing;
}

function runsListed({ runs, unknown }: Hazard, listing: Listing): boolean {
  return unknown !== true && runs?.every((command) => listing(command) === 'listed') === true;
}

/** Commands that stand in a pipeline as a pattern of several members says, each with its part of the pattern. */
function pipedCommands(
  patterns: readonly CommandPattern[],
  { pipelines }: ShellFacts,
): ReadonlyMap<ShellCommand, MemberPattern[]> {
  const found = new Map<ShellCommand, MemberPattern[]>();
  for (const { members } of patterns) {
    if (members.length === 1) continue;
    for (const pipeline of pipelines) {
      for (let from = 0; from + members.length <= pipeline.length; from++) {
        const mains = members.map((_, at) => mainOf(pipeline[from + at]!));
        if (!members.every((member, at) => mains[at] !== undefined && surelyMatches(mains[at], member) !== undefined))
          continue;
        members.forEach((member, at) => void found.set(mains[at]!, [...(found.get(mains[at]!) ?? []), member]));
      }
    }
  }
  return found;
}

/** The one simple command a member of a pipeline is; undefined when it is more than that. */
function mainOf(member: readonly ShellCommand[]): ShellCommand | undefined {
  const [first] = member;
  return first !== undefined && member.length === first.inner.length + 1 ? first : undefined;
}
