import type { Sample } from './corpus.ts';

/**
 * Which fold each source is held out in. Sources of one project stay together, and with those that name the project,
 * or what was seen of one would help with the other.
 */
export function foldsOf(samples: readonly Sample[], count: number): Map<string, number> {
  const sizes = new Map<string, { attacks: number; harmless: number }>();
  for (const { source, isAttack } of samples) {
    const size = sizes.get(source) ?? { attacks: 0, harmless: 0 };
    if (isAttack) size.attacks++;
    else size.harmless++;
    sizes.set(source, size);
  }
  const groups = groupsOf([...sizes.keys()].sort());
  const attacks = samples.filter(({ isAttack }) => isAttack).length || 1;
  const harmless = samples.length - attacks || 1;
  const weigh = (group: readonly string[]) =>
    group.reduce((sum, name) => sum + sizes.get(name)!.attacks / attacks + sizes.get(name)!.harmless / harmless, 0);
  const loads = new Array<number>(count).fill(0);
  const folds = new Map<string, number>();
  for (const group of groups.sort((a, b) => weigh(b) - weigh(a) || (a[0]! < b[0]! ? -1 : 1))) {
    const fold = loads.indexOf(Math.min(...loads));
    loads[fold]! += weigh(group);
    for (const source of group) folds.set(source, fold);
  }
  return folds;
}

function groupsOf(sources: readonly string[]): string[][] {
  const groups: string[][] = [];
  for (const source of sources) {
    const kin = groups.filter((group) => group.some((other) => areKin(source, other)));
    for (const group of kin) groups.splice(groups.indexOf(group), 1);
    groups.push([...kin.flat(), source].sort());
  }
  return groups;
}

function areKin(one: string, other: string): boolean {
  return keyOf(one) === keyOf(other) || names(one, keyOf(other)) || names(other, keyOf(one));
}

function names(source: string, key: string): boolean {
  return key.length >= 5 && source.toLowerCase().includes(key);
}

function keyOf(source: string): string {
  return (/^[A-Za-z0-9]+/.exec(source)?.[0] ?? source).toLowerCase();
}
