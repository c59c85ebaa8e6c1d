import { readFileSync, writeFileSync } from 'node:fs';
import type { Mutant } from './mutants.ts';

const PAGE = 'docs/mutations.md';
const UNEXPLAINED = '**not explained**';

interface Counts {
  readonly possible: number;
  readonly made: number;
  readonly survived: number;
}

/** `lib/parse/url.ts:12  WAS -> NOW` */
export function shown(mutant: Mutant): string {
  return `${sourceOf(mutant)}:${mutant.line}  ${changeOf(mutant)}`;
}

/** Puts the survivors of a run in the page, in the section of that name; a reason is kept with its file and change. */
export function writeSection(
  name: string,
  args: readonly string[],
  counts: Counts,
  survivors: readonly Mutant[],
): void {
  const [head, ...sections] = readFileSync(PAGE, 'utf8').split(/^(?=## )/m);
  const title = `## ${name}\n`;
  const old = sections.find((section) => section.startsWith(title)) ?? '';
  const reasons = new Map(
    [...old.matchAll(/^\| `([^`]+):\d+` \| (.+) \| (.+) \|$/gm)].map(([, file, change, reason]) => [
      `${file} ${change}`,
      reason!,
    ]),
  );
  const rows = survivors.map((one) => {
    const change = quoted(changeOf(one));
    const reason = reasons.get(`${sourceOf(one)} ${change}`) ?? UNEXPLAINED;
    return `| \`${sourceOf(one)}:${one.line}\` | ${change} | ${reason} |`;
  });
  const text = [
    title,
    `\`npm run mutation -- ${args.join(' ')}\`: ${counts.made} of ${counts.possible} mutants made, ${counts.made - counts.survived} killed, ${counts.survived} survived.\n`,
    ...(rows.length > 0 ? ['| Where | Change | Why no test can or need notice |\n| --- | --- | --- |', ...rows] : []),
  ].join('\n');
  const others = sections.filter((section) => !section.startsWith(title)).map((section) => section.trimEnd());
  writeFileSync(PAGE, `${[head!.trimEnd(), ...[...others, text.trimEnd()].sort()].join('\n\n')}\n`);
}

function sourceOf({ file }: Mutant): string {
  return file.replace(/^build\//, '').replace(/\.js$/, '.ts');
}

function changeOf({ was, now }: Mutant): string {
  return `${short(was)} -> ${short(now)}`;
}

function short(text: string): string {
  const line = text.replace(/\s+/g, ' ');
  return line.length > 90 ? `${line.slice(0, 60)} … ${line.slice(-28)}` : line;
}

/** As code in a cell of a table. */
function quoted(text: string): string {
  const fence = text.includes('`') ? '``' : '`';
  return `${fence}${text.replaceAll('|', '\\|')}${fence}`;
}
