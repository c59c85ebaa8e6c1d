import type { PresetName } from './names.ts';

/** The preset of the package a command launches, by its exact name; undefined when none is known. */
export function detectPreset(_command: string, _args: readonly string[]): PresetName | undefined {
  return undefined;
}
