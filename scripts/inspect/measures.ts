/** The threshold that a share of these scores lies above. */
export function thresholdFor(scores: readonly number[], share: number): number {
  if (scores.length === 0) return Number.POSITIVE_INFINITY;
  const falling = [...scores].sort((a, b) => b - a);
  return falling[Math.min(falling.length - 1, Math.floor(falling.length * share))]!;
}

export function shareAbove(scores: readonly number[], threshold: number): number {
  return scores.length === 0 ? Number.NaN : scores.filter((score) => score > threshold).length / scores.length;
}

/** How likely an attack scores more than a harmless text; equal scores count half. */
export function areaUnderCurve(attacks: readonly number[], harmless: readonly number[]): number {
  if (attacks.length === 0 || harmless.length === 0) return Number.NaN;
  const all = [...attacks.map((score) => ({ score, is: 1 })), ...harmless.map((score) => ({ score, is: 0 }))];
  all.sort((a, b) => a.score - b.score);
  let ranks = 0;
  for (let from = 0; from < all.length; ) {
    let to = from;
    while (to < all.length && all[to]!.score === all[from]!.score) to++;
    for (let i = from; i < to; i++) if (all[i]!.is === 1) ranks += (from + to + 1) / 2;
    from = to;
  }
  return (ranks - (attacks.length * (attacks.length + 1)) / 2) / (attacks.length * harmless.length);
}
