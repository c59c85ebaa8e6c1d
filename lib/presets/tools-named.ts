import type { PresetTool } from './preset.ts';

/** The same for every tool in the lists, whose names stand between spaces. */
export function toolsNamed(tool: PresetTool, ...lists: readonly string[]): Record<string, PresetTool> {
  return Object.fromEntries(lists.flatMap((list) => list.split(' ')).map((name) => [name, tool]));
}
