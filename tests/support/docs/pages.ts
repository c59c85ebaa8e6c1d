import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from '../paths.ts';

/** A fenced block of a page: an example a reader may copy. */
export interface Block {
  /** `docs/policy.md:17`, the line of its fence. */
  readonly where: string;
  /** What stands behind the fence: a language, then perhaps `no-run`, which says that it cannot be run in a test. */
  readonly info: string;
  readonly text: string;
}

/** The pages written by hand that explain how Sallyport is used. */
export const GUIDES: readonly string[] = ['README.md', ...pagesIn('docs')];

/** Every page of the project, those that are generated and the records of decisions included. */
export const ALL_PAGES: readonly string[] = [
  ...pagesIn('.'),
  ...pagesIn('docs'),
  ...pagesIn('docs/adr'),
  ...pagesIn('docs/reference'),
];

export function readPage(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8');
}

/** Every example of the guides, in the order they stand. */
export function examples(language: string): Block[] {
  return GUIDES.flatMap(blocksOf).filter(({ info }) => info.split(' ')[0] === language && !isTranslated(info));
}

/** Configs of other tools in our words; what they say is tried by the policy table each of them names. */
export function translations(): Block[] {
  return GUIDES.flatMap(blocksOf).filter(({ info }) => isTranslated(info));
}

function isTranslated(info: string): boolean {
  return info.split(' ')[1] === 'translated';
}

function blocksOf(page: string): Block[] {
  const blocks: Block[] = [];
  let open: { at: number; info: string; lines: string[] } | undefined;
  for (const [index, line] of readPage(page).split('\n').entries()) {
    if (!line.startsWith('```')) open?.lines.push(line);
    else if (open === undefined) open = { at: index + 1, info: line.slice(3), lines: [] };
    else {
      blocks.push({ where: `${page}:${open.at}`, info: open.info, text: open.lines.join('\n') });
      open = undefined;
    }
  }
  return blocks;
}

function pagesIn(folder: string): string[] {
  return readdirSync(join(ROOT, folder))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => join(folder, name));
}
