import type { Severity } from '../inspect/assessment.ts';

/** What a rule of `scan` means. */
export interface ScanRule {
  readonly id: string;
  readonly title: string;
  /** What it can lead to. */
  readonly about: string;
  /** The next step. */
  readonly todo: string;
  /** The usual severity; a finding may have another. */
  readonly severity: Severity;
}

const REVIEW = 'read the definition; do not use the server until its author has explained it';

/** Everything that is told of a server, but for what inspection finds in texts. */
export const SCAN_RULES: readonly ScanRule[] = [
  {
    id: 'launch.unpinned',
    title: 'The package has no exact version',
    about: 'Whoever can publish the package can run other code here at the next start.',
    todo: 'write the exact version behind the name, such as name@1.2.3',
    severity: 'medium',
  },
  {
    id: 'launch.secret',
    title: 'A secret stands in the command line',
    about: 'Every program of this machine can read the command lines of the others.',
    todo: 'hand it over in a variable, or with `credentials`',
    severity: 'high',
  },
  {
    id: 'launch.literal-env',
    title: 'A secret stands in the file',
    about: 'The file is copied, committed and backed up together with the secret.',
    todo: 'take the secret out of the file and refer to a variable, or use `credentials`',
    severity: 'medium',
  },
  {
    id: 'launch.shell',
    title: 'A shell starts the server',
    about: 'What runs is decided by a text that a shell reads, which may fetch anything.',
    todo: 'start the program itself, with its arguments one by one',
    severity: 'medium',
  },
  {
    id: 'launch.fetched-code',
    title: 'The command line fetches code and runs it',
    about: 'Whoever answers that address decides what runs here.',
    todo: 'install the program, look at it, and start what was installed',
    severity: 'critical',
  },
  {
    id: 'launch.insecure-url',
    title: 'The server is reached without encryption',
    about: 'Everybody on the way can read and change what is said.',
    todo: 'reach the server by https',
    severity: 'high',
  },
  {
    id: 'annotations.contradict',
    title: 'What a tool says of itself contradicts its name',
    about: 'Clients that believe the annotations let it act without asking.',
    todo: 'say what it does under `policies.effects`, or deny the tool',
    severity: 'medium',
  },
  {
    id: 'annotations.missing',
    title: 'Tools say nothing of what they do',
    about: 'Clients cannot tell tools that only read from those that write.',
    todo: 'say what they do under `policies.effects`',
    severity: 'low',
  },
  {
    id: 'capabilities.trifecta',
    title: 'Private data, text of strangers and a way out meet',
    about: 'An instruction in a text that is read can send out what else can be read.',
    todo: 'add a flow: after "*/@untrusted", then "*/@external", action require_approval',
    severity: 'medium',
  },
  {
    id: 'name.shadows',
    title: 'Two servers have a tool of the same name',
    about: 'A model may call the one and mean the other.',
    todo: 'keep one of them, with `denied_tools` for the other',
    severity: 'medium',
  },
  {
    id: 'name.look-alike',
    title: 'A name looks like another one',
    about: 'A model or a person takes the one for the other.',
    todo: 'deny the tool unless its author has explained the name',
    severity: 'high',
  },
  {
    id: 'name.refers',
    title: 'A definition speaks of a tool of another server',
    about: 'One server tells the model how to use another, and by that can misuse it.',
    todo: REVIEW,
    severity: 'medium',
  },
  {
    id: 'name.hidden',
    title: 'A name has characters that do not show',
    about: 'Two names that look the same are not the same.',
    todo: 'do not use the server',
    severity: 'high',
  },
  {
    id: 'text.secret',
    title: 'A secret stands in a definition',
    about: 'Every client and every model that sees the definition sees the secret.',
    todo: 'tell the author of the server, and revoke the secret if it is yours',
    severity: 'high',
  },
  {
    id: 'text.score',
    title: 'A text reads like an instruction to the model',
    about: 'The words as a whole resemble texts that were written to take over a model.',
    todo: REVIEW,
    severity: 'medium',
  },
  {
    id: 'text.unseen',
    title: 'Not everything could be looked at',
    about: 'What is too large or too deep may hold anything.',
    todo: REVIEW,
    severity: 'medium',
  },
  {
    id: 'definition.unreadable',
    title: 'A definition can be read in two ways',
    about: 'One program sees another tool than the next, so nobody can say what was approved.',
    todo: 'do not use the server',
    severity: 'high',
  },
  {
    id: 'list.endless',
    title: 'A list is too long to be read',
    about: 'What nobody could read to its end may hold anything.',
    todo: 'do not use the server',
    severity: 'high',
  },
];

const KNOWN: ReadonlyMap<string, ScanRule> = new Map(SCAN_RULES.map((rule) => [rule.id, rule]));

/** What inspection found, by the first word of its rule. */
const FAMILIES: Readonly<Record<string, Pick<ScanRule, 'title' | 'about'>>> = {
  hidden: {
    title: 'A text has parts nobody sees',
    about: 'The model reads what a person who approves the tool cannot see.',
  },
};

const OTHERWISE: Pick<ScanRule, 'title' | 'about'> = {
  title: 'A text gives instructions to the model',
  about: 'A definition is to describe; one that instructs can turn the model against whoever uses it.',
};

/** What a rule means, whether `scan` knows it or inspection found it. */
export function ruleNamed(id: string): ScanRule {
  const known = KNOWN.get(id);
  if (known !== undefined) return known;
  const family = FAMILIES[id.split('.')[0]!] ?? OTHERWISE;
  return { id, ...family, todo: REVIEW, severity: 'high' };
}
