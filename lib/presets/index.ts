import type { Preset } from './preset.ts';

/** Every preset there is, each in a file of its own. */
export const PRESETS: readonly Preset[] = [];

export function presetNamed(name: string): Preset | undefined {
  return PRESETS.find((preset) => preset.name === name);
}
