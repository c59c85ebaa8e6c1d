import { FETCH } from './fetch.ts';
import { FILESYSTEM } from './filesystem.ts';
import { GIT } from './git.ts';
import { GITHUB } from './github.ts';
import { MEMORY } from './memory.ts';
import { PLAYWRIGHT } from './playwright.ts';
import { POSTGRES } from './postgres.ts';
import type { Preset } from './preset.ts';
import { PUPPETEER } from './puppeteer.ts';
import { SHELL } from './shell.ts';
import { SLACK } from './slack.ts';
import { SQLITE } from './sqlite.ts';

/** Every preset there is, each in a file of its own, in the order of their names in the config. */
export const PRESETS: readonly Preset[] = [
  FILESYSTEM,
  GIT,
  GITHUB,
  POSTGRES,
  SQLITE,
  PLAYWRIGHT,
  PUPPETEER,
  FETCH,
  SHELL,
  SLACK,
  MEMORY,
];

export function presetNamed(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}
