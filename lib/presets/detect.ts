import { PRESETS } from './index.ts';
import { launchedPackage } from './launched-package.ts';
import type { PresetName } from './names.ts';
import type { PackageName } from './preset.ts';

interface Known {
  readonly preset: PresetName;
  readonly programs: readonly string[];
}

const KNOWN: ReadonlyMap<string, Known> = new Map(
  PRESETS.flatMap(({ name, packages }) =>
    (Object.keys(packages) as PackageName[]).map((of) => [of, { preset: name, programs: packages[of]! }] as const),
  ),
);

/**
 * The preset of the package a command launches, by its registry and exact name, whatever its version; undefined when
 * none is known. A program that is started by its own name says nothing: any package can install one of that name.
 */
export function detectPreset(command: string, args: readonly string[]): PresetName | undefined {
  const launched = launchedPackage(command, args);
  const known = launched && KNOWN.get(launched.name);
  if (known === undefined) return undefined;
  const { program } = launched!;
  return program === undefined || known.programs.includes(program) ? known.preset : undefined;
}
