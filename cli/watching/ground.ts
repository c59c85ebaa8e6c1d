import type { AuditWriter } from '../../lib/audit/writer.ts';
import type { Gateway } from '../../lib/gateway/gateway.ts';
import type { BackendNow } from '../../lib/metrics/state-families.ts';
import type { ApprovalDesk } from '../../lib/model/approval-desk.ts';
import type { AuditLog } from '../../lib/model/audit.ts';
import type { Clock } from '../../lib/model/clock.ts';
import type { Detector } from '../../lib/model/detector.ts';
import type { Heard } from '../../lib/model/heard.ts';
import type { Log } from '../../lib/model/log.ts';
import type { Mask } from '../../lib/model/mask.ts';
import type { Pins } from '../../lib/model/pins.ts';
import type { Watcher } from '../../lib/model/watcher.ts';
import type { WatchedAudit } from '../../lib/observe/watched-audit.ts';
import type { Approving } from '../approving.ts';
import type { KnownSecrets } from '../output/known-secrets.ts';
import type { RunningState } from '../policy/state.ts';
import type { Surroundings } from '../surroundings.ts';

/** What whoever watches a gateway may ask and hear. */
export interface WatchingGround {
  readonly audit: AuditLog;
  readonly clock: Clock;
  readonly log: Log;
  readonly mask: Mask;
  /** Where state can be kept. */
  readonly stateDir: string;
  /** How clients come in; undefined where none do, and nothing is watched but what asks for it itself. */
  readonly door: 'http' | 'stdio' | undefined;
  /** What checks say besides their verdicts, to whoever is put in here. */
  readonly heard: Heard;
  readonly pins: Pins | undefined;
  /** Calls with the desk where requests for a person are answered, once there is one. */
  deskOpens(hear: (desk: ApprovalDesk) => void): void;
  /** Has `work` write its records when it has ended. */
  turn(work: () => void): void;
  /** Puts an event into the log. */
  event(event: string, fields: Readonly<Record<string, unknown>>): void;
  /** Has somebody hear of what goes into the log; what this answers ends that. */
  watch(watcher: Watcher): () => void;
  learn(secrets: readonly string[]): void;
  /** How things stand; asked once the gateway runs. */
  backends(): Iterable<BackendNow>;
  sessions(): number;
  auditHealth(): { readonly failing: boolean; readonly lost: number };
  detectors(): readonly Detector[];
}

/** The parts of a gateway those who watch it may ask. */
export interface WatchedParts {
  readonly clock: Clock;
  readonly log: Log;
  readonly stateDir: string;
  readonly secrets: KnownSecrets;
  readonly state: RunningState;
  readonly pins: Pins | undefined;
  readonly audit: WatchedAudit;
  readonly written: AuditWriter;
  readonly surroundings: Surroundings;
  readonly approving: Approving;
  turn(work: () => void): void;
}

/** `gateway` is asked once there is one. */
export function watchingGround(
  { clock, log, stateDir, secrets, state, pins, audit, written, surroundings, approving, turn }: WatchedParts,
  door: WatchingGround['door'],
  gateway: () => Gateway,
): WatchingGround {
  return {
    audit,
    turn,
    event: (event, fields) => turn(() => audit.event(event, fields)),
    clock,
    log,
    mask: secrets.mask,
    stateDir,
    door,
    heard: state.heard,
    pins,
    deskOpens: (hear) => approving.whenOpen(hear),
    watch: (watcher) => audit.watch(watcher),
    learn: (some) => secrets.learn(some),
    backends: () =>
      [...gateway().everyBackend].map(({ name, server, isOpen, inFlight }) => ({
        name,
        state: server.state,
        isOpen,
        inFlight,
      })),
    sessions: () => gateway().sessions.size,
    auditHealth: () => written.health,
    detectors: () => surroundings.detectors,
  };
}
