/** The middle of `values`; of an even number, the lower one of the two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[(sorted.length - 1) >> 1]!;
}

/**
 * Runs every subject once a round, round by round, so that a drift of the machine meets all alike; each round begins with
 * another one, so that none is always the first.
 */
export async function interleaved<T>(
  rounds: number,
  subjects: readonly string[],
  runOne: (subject: string) => Promise<T>,
): Promise<Map<string, T[]>> {
  const results = new Map<string, T[]>(subjects.map((subject) => [subject, []]));
  for (let round = 0; round < rounds; round++) {
    const first = round % subjects.length;
    for (const subject of [...subjects.slice(first), ...subjects.slice(0, first)])
      results.get(subject)!.push(await runOne(subject));
  }
  return results;
}
