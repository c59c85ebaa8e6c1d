import type { Histogram } from './histogram.ts';

export type Labels = Readonly<Record<string, string>>;

/** One number of a family. Labels that are the same object each time are put into text once. `suffix` goes behind its name, as those of histograms do. */
export interface Sample {
  readonly suffix?: '_bucket' | '_sum' | '_count';
  readonly labels: Labels;
  readonly value: number;
}

/** Numbers of one name, made when they are asked for. */
export interface Family {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  samples(): readonly Sample[];
  /** Of histograms: each as it is counted, with its labels. */
  histograms?(): Iterable<readonly [Labels, Histogram]>;
}

export function counter(name: string, help: string, samples: () => readonly Sample[]): Family {
  return { name, help, type: 'counter', samples };
}

export function gauge(name: string, help: string, samples: () => readonly Sample[]): Family {
  return { name, help, type: 'gauge', samples };
}

/** Each histogram with the labels it is told apart by. */
export function histogram(name: string, help: string, all: () => Iterable<readonly [Labels, Histogram]>): Family {
  return {
    name,
    help,
    type: 'histogram',
    samples: () => [...all()].flatMap(([labels, one]) => samplesOf(labels, one)),
    histograms: all,
  };
}

/** The samples of a map whose keys are the values of one label. */
export function byLabel(label: string, values: Iterable<readonly [string, number]>): Sample[] {
  return [...values].map(([key, value]) => ({ labels: { [label]: key }, value }));
}

export function single(value: number): Sample[] {
  return [{ labels: {}, value }];
}

function samplesOf(labels: Labels, { bounds, counts, sum, count }: Histogram): Sample[] {
  let below = 0;
  const buckets = bounds.map((bound, at): Sample => {
    below += counts[at]!;
    return { suffix: '_bucket', labels: { ...labels, le: String(bound) }, value: below };
  });
  return [
    ...buckets,
    { suffix: '_bucket', labels: { ...labels, le: '+Inf' }, value: count },
    { suffix: '_sum', labels, value: sum },
    { suffix: '_count', labels, value: count },
  ];
}
