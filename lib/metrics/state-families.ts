import type { DetectorCounts } from '../model/detector.ts';
import type { ServerState } from '../model/server.ts';
import { byLabel, counter, type Family, gauge, type Sample, single } from './family.ts';

/** A backend as it is now; one name may stand for several processes. */
export interface BackendNow {
  readonly name: string;
  readonly state: ServerState;
  readonly isOpen: boolean;
  /** Requests it has not answered. */
  readonly inFlight: number;
}

/** What is asked when metrics are read, and counted by nobody before. */
export interface StateGround {
  readonly version: string;
  /** Names of the config, so that a backend nobody has used yet is told of as well. */
  readonly configured: readonly string[];
  backends(): Iterable<BackendNow>;
  sessions(): number;
  audit(): { readonly failing: boolean; readonly lost: number };
  detectors(): Iterable<{ readonly name: string; readonly counts?: DetectorCounts | undefined }>;
  /** Undefined where nothing is traced. */
  readonly spans?:
    | (() => { readonly sent: number; readonly dropped: number; readonly failed: number; readonly queued: number })
    | undefined;
}

/** The families that say how things stand, rather than what happened. */
export function stateFamilies(ground: StateGround): Family[] {
  const { version, configured } = ground;
  const perBackend = (value: (all: readonly BackendNow[]) => number) =>
    byLabel(
      'backend',
      grouped(configured, ground.backends()).map(([name, all]) => [name, value(all)] as const),
    );
  const perDetector = (value: (counts: DetectorCounts) => number): Sample[] =>
    [...ground.detectors()].flatMap(({ name, counts }) =>
      counts === undefined ? [] : [{ labels: { detector: name }, value: value(counts) }],
    );
  return [
    gauge('sallyport_build_info', 'Always 1; says which version runs.', () => [{ labels: { version }, value: 1 }]),
    gauge('sallyport_sessions', 'Clients that are connected.', () => single(ground.sessions())),
    gauge('sallyport_backend_up', '0 for a backend that failed and cannot be used now; it need not run to be up.', () =>
      perBackend((all) => (all.some(({ state }) => state === 'resting' || state === 'stopped') ? 0 : 1)),
    ),
    gauge('sallyport_backend_open', 'Processes or connections of a backend that take requests.', () =>
      perBackend((all) => all.filter(({ isOpen }) => isOpen).length),
    ),
    gauge('sallyport_backend_in_flight', 'Requests a backend has not answered.', () =>
      perBackend((all) => all.reduce((sum, { inFlight }) => sum + inFlight, 0)),
    ),
    gauge('sallyport_audit_failing', '1 while the log cannot be written.', () =>
      single(ground.audit().failing ? 1 : 0),
    ),
    counter('sallyport_audit_dropped_total', 'Records that could not be kept until the log could be written.', () =>
      single(ground.audit().lost),
    ),
    counter('sallyport_detector_questions_total', 'Texts other judges were asked about.', () =>
      perDetector(({ asked }) => asked),
    ),
    counter('sallyport_detector_failures_total', 'Questions that brought no answer in time.', () =>
      perDetector(({ failed }) => failed),
    ),
    counter(
      'sallyport_detector_skipped_total',
      'Questions not asked because the judge was left alone for a while.',
      () => perDetector(({ leftAlone }) => leftAlone),
    ),
    ...spanFamilies(ground.spans),
  ];
}

function spanFamilies(counts: StateGround['spans']): Family[] {
  if (counts === undefined) return [];
  return [
    counter('sallyport_spans_sent_total', 'Spans the collector took.', () => single(counts().sent)),
    counter('sallyport_spans_dropped_total', 'Spans there was no room for.', () => single(counts().dropped)),
    counter('sallyport_spans_failed_total', 'Spans the collector did not take.', () => single(counts().failed)),
    gauge('sallyport_spans_queued', 'Spans that wait for the collector.', () => single(counts().queued)),
  ];
}

function grouped(names: readonly string[], backends: Iterable<BackendNow>): [string, BackendNow[]][] {
  const groups = new Map<string, BackendNow[]>(names.map((name) => [name, []]));
  for (const one of backends) groups.get(one.name)?.push(one);
  return [...groups];
}
