import { namesSecret } from '../../lib/config/words/secret-looks.ts';
import type { Severity } from '../../lib/inspect/assessment.ts';
import type { SandboxMode } from '../../lib/model/sandbox.ts';
import { VERSION } from '../../lib/model/version.ts';
import { type Finding, findingIn, reaches } from '../../lib/scan/finding.ts';
import { secretArguments } from '../../lib/scan/launch.ts';
import { sarifOf } from '../../lib/scan/sarif.ts';
import { findingsOf } from '../../lib/scan/scan.ts';
import type { Subject } from '../../lib/scan/subject.ts';
import { ask, canAsk } from '../output/ask.ts';
import { KnownSecrets } from '../output/known-secrets.ts';
import { CommandError, EXIT, print, printError, printJson, shown } from '../output/print.ts';
import { scanJudges } from '../scan/judges.ts';
import { type Looked, lookAt, sandboxAdvice } from '../scan/server.ts';
import { type Target, targetsOf } from '../scan/targets.ts';
import { findingsText, launchText, lookedText, reportOf } from '../views/scanned.ts';

export interface ScanOptions {
  readonly config?: string;
  /** False with `--no-start`. */
  readonly start: boolean;
  readonly yes?: boolean;
  readonly sandbox?: SandboxMode;
  readonly failOn: Severity;
  readonly sarif?: boolean;
  readonly json?: boolean;
}

/** Starts servers once, with consent, has them list all they have, and says what is wrong with it. */
export async function scan(words: readonly string[], options: ScanOptions): Promise<number> {
  if (options.sarif === true && options.json === true) throw new CommandError('choose one of --json and --sarif');
  const targets = await targetsOf(words, options.config);
  const mayStart = options.start && targets.some(({ unusable }) => unusable === undefined);
  if (mayStart && options.yes !== true && !canAsk()) {
    throw new CommandError(
      'scan starts servers and nobody is here to agree: look at the commands with --no-start, then run it with --yes',
    );
  }
  const secrets = new KnownSecrets(targets.flatMap(secretsOf));
  const looked = await lookAtAll(targets, options, secrets);
  const subjects = looked.map(({ subject }) => subject);
  const findings = [...findingsOf(subjects, await scanJudges(looked)), ...looked.flatMap(endlessLists)];
  const masked = findings.map((one) => ({ ...one, evidence: secrets.mask(one.evidence) }));
  const failed = looked.some(({ outcome }) => outcome === 'failed');
  const text = (of: string) => shown(secrets.mask(of), 1000);
  if (options.sarif === true)
    print(JSON.stringify(sarifOf(masked, { version: VERSION, successful: !failed, shown: text }), undefined, 2));
  else if (options.json === true) printJson(reportOf(looked, masked, options.failOn, secrets.mask));
  else print([...looked.map((one) => lookedText(one, secrets.mask)), findingsText(masked)].join('\n'));
  if (masked.some(({ severity }) => reaches(severity, options.failOn))) return EXIT.denied;
  return failed ? EXIT.unavailable : EXIT.ok;
}

/** One after the other, so that what is asked is about what is on the screen. */
async function lookAtAll(targets: readonly Target[], options: ScanOptions, secrets: KnownSecrets): Promise<Looked[]> {
  const looked: Looked[] = [];
  let all = options.yes === true;
  let none = !options.start;
  for (const target of targets) {
    const left = (why: string): Looked => ({ outcome: 'left', subject: subjectOf(target), said: why });
    if (target.unusable !== undefined) {
      looked.push(left(`not started: ${target.unusable}`));
      continue;
    }
    if (none) {
      looked.push(left(options.start ? 'not started: you said no' : 'not started: --no-start'));
      continue;
    }
    const advice = await sandboxAdvice(target, options);
    printError(launchText(target, advice, secrets.mask));
    if (!all) {
      const answer = (await ask('Start it? [y]es, [n]o, [a]ll, [q]uit: ')).toLowerCase();
      all = answer.startsWith('a');
      none = answer.startsWith('q') || answer === '';
      if (!all && !answer.startsWith('y')) {
        looked.push(left('not started: you said no'));
        continue;
      }
    }
    looked.push(await lookAt(target, options, secrets));
  }
  return looked;
}

function subjectOf({ name, file, launch }: Target): Subject {
  return { backend: name, file, launch, definitions: [], refused: [] };
}

/** Values that are not to be seen, whether they come from the environment or stand in a file. */
function secretsOf({ secrets, launch }: Target): string[] {
  const given = [...Object.entries(launch.env), ...Object.entries(launch.headers)];
  const named = given.filter(([name, value]) => namesSecret(name.replaceAll('-', '_')) && value !== '');
  return [...secrets, ...secretArguments(launch.args), ...named.map(([, value]) => value)].filter(
    (value) => value.length >= 4,
  );
}

function endlessLists({ subject, endless, said }: Looked): Finding[] {
  if (endless !== true) return [];
  return [
    findingIn(subject, { rule: 'list.endless', severity: 'high', kind: 'server', id: '', at: '', evidence: said }),
  ];
}
