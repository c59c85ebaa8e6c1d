import { cpus } from 'node:os';

/** One line of the report. `goal` is what `docs/performance.md` promises; some lines only inform. */
export interface Measure {
  readonly name: string;
  /** Values by subject, with the unit. */
  readonly values: Readonly<Record<string, string>>;
  readonly figure: number;
  readonly shown: string;
  readonly goal: string;
  readonly met: boolean | undefined;
}

/** `goal` is the most the figure may be; a negative one is the least. */
export function measure(
  name: string,
  values: Readonly<Record<string, number>>,
  unit: string,
  figure: number,
  of: string,
  goal: number | undefined,
): Measure {
  const met = goal === undefined || Number.isNaN(figure) ? undefined : goal < 0 ? figure >= -goal : figure <= goal;
  return {
    name,
    values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, `${rounded(value)} ${unit}`])),
    figure,
    shown: `${figure.toFixed(2)} ${of}`,
    goal: goal === undefined ? '' : goal < 0 ? `≥ ${-goal}` : `≤ ${goal}`,
    met,
  };
}

function rounded(value: number): string {
  return value >= 1000 ? Math.round(value).toLocaleString('en') : value.toFixed(1);
}

/** Prints the measures for people, or for programs. */
export function report(measures: readonly Measure[], rounds: number, json: boolean): void {
  const machine = `${cpus()[0]?.model ?? 'unknown processor'} × ${cpus().length}, Node ${process.version}, ${process.platform}`;
  if (json) {
    process.stdout.write(`${JSON.stringify({ schema_version: 1, machine, rounds, measures }, null, 2)}\n`);
    return;
  }
  process.stdout.write(`${machine}; medians of ${rounds} interleaved rounds\n\n`);
  for (const { name, values, shown, goal, met } of measures) {
    const verdict = met === undefined ? '' : met ? `goal ${goal}: reached` : `goal ${goal}: NOT reached`;
    process.stdout.write(`${name}: ${shown}  ${verdict}\n`);
    for (const [subject, value] of Object.entries(values))
      process.stdout.write(`    ${subject.padEnd(22)} ${value.padStart(14)}\n`);
  }
}
