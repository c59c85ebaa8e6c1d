import type { LockedLaunch } from '../../lib/model/registry.ts';
import type { Examined } from './scene.ts';

/** How what was started differs from what was pinned; undefined when it does not, or nothing is pinned. */
export function launchChange({ launch, section: { pins } }: Examined): string | undefined {
  if (pins === undefined) return undefined;
  if (pins.launch.fingerprint !== launch.fingerprint)
    return 'is started by another command than the one that was pinned';
  const [was, now] = [packageText(pins.launch), packageText(launch)];
  return was === now ? undefined : `runs ${now}, and ${was} was pinned`;
}

/** Whether pins are of another command line, so that nothing of them may be taken for this one. */
export function isOtherCommand({ launch, section: { pins } }: Examined): boolean {
  return pins !== undefined && pins.launch.fingerprint !== launch.fingerprint;
}

function packageText({ package: pack }: LockedLaunch): string {
  return (
    [pack?.name, pack?.version, pack?.integrity].filter((part) => part !== undefined).join(' ') || 'no known package'
  );
}
