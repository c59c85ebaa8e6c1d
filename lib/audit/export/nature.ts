import type { Severity } from '../../model/shipping.ts';
import type { AuditRecord } from '../read.ts';

/** What kind of thing a record tells of, in the terms that all formats share. */
export interface Nature {
  readonly severity: Severity;
  /** Whether what was asked for was done; undefined where nothing was asked for or it is not known yet. */
  readonly worked: boolean | undefined;
  readonly decision: 'allow' | 'deny' | 'require_approval' | undefined;
  /** Inspection or the registry has found something that a person should look at. */
  readonly isFinding: boolean;
  /** One line for a person. */
  readonly name: string;
}

const DECISIONS = ['allow', 'deny', 'require_approval'] as const;
const INSPECTING = ['injection', 'secrets', 'rendering', 'pinned', 'elicitation'];
/** Events that are a finding by themselves. */
const FINDINGS = /^(?:tool|item)_(?:changed|added|refused)$|^anomaly/;
const GRAVE = /^(?:records_lost|pins_not_believed|unshipped_deleted|shipping_(?:behind|set_aside|cursor_lost|gap))$/;

export function natureOf(record: AuditRecord): Nature {
  const { kind, outcome, event, action, resource } = record;
  const decision = DECISIONS.find((one) => one === record.decision);
  const isFinding = isInspected(record, decision) || (kind === 'event' && FINDINGS.test(String(event)));
  const what = kind === 'event' ? event : kind === 'done' ? `done ${String(outcome)}` : (action ?? kind);
  return {
    severity: severityOf(record, decision, isFinding),
    worked: workedOf(record, decision),
    decision,
    isFinding,
    name: [what, resource, kind === 'call' ? decision : undefined]
      .filter((part) => part !== undefined)
      .map(String)
      .join(' '),
  };
}

function isInspected({ check, findings }: AuditRecord, decision: Nature['decision']): boolean {
  if (decision !== 'allow' && decision !== undefined && INSPECTING.includes(String(check))) return true;
  return Array.isArray(findings) && findings.some((one) => INSPECTING.includes(String(one?.check)));
}

function workedOf({ kind, outcome }: AuditRecord, decision: Nature['decision']): boolean | undefined {
  if (kind === 'done') return outcome === 'ok';
  if (kind === 'refused' || decision === 'deny') return false;
  return undefined;
}

/** By the family of the code; what has none is ordinary, unless it tells of something grave. */
function severityOf({ code, event }: AuditRecord, decision: Nature['decision'], isFinding: boolean): Severity {
  const family = typeof code === 'string' ? code.slice(0, 3) : '';
  if (family === 'SP7') return 9;
  if (GRAVE.test(String(event))) return 7;
  if (isFinding || family === 'SP4' || family === 'SP2') return 7;
  if (family === 'SP3' || family === 'SP5' || decision === 'deny') return 5;
  if (family !== '' || decision === 'require_approval') return 3;
  return 1;
}
