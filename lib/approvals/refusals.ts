import type { Reason } from '../model/reason.ts';

/*
 * What a model reads when nobody agreed. None of it says how one agrees: a model may have a shell.
 */

export const REFUSED: Reason = { code: 'SP6001', text: 'a person refused this call' };
export const UNANSWERED: Reason = { code: 'SP6002', text: 'nobody answered in time whether this call may be made' };
export const UNREACHABLE: Reason = {
  code: 'SP6003',
  text: 'a person must agree to this call, and nobody can be asked',
};
export const TOO_MANY: Reason = {
  code: 'SP6005',
  text: 'too many calls wait for a person to agree, or waited for nothing a short while ago',
  retry: 'later',
};
export const NOT_THIS_CALL: Reason = {
  code: 'SP6006',
  text: 'what was answered is not an answer about this call, or no longer; make the call again',
  retry: 'later',
};

export function pendingReason(id: string): Reason {
  const text = `needs approval, id ${id}; the user has been notified; after they agree, call again with the same arguments`;
  return { code: 'SP6004', text, retry: 'after_approval' };
}

/** To whoever answered: why it does not count. */
export function uncounted(why: string): Reason {
  return { code: 'SP6007', text: `the answer does not count: ${why}` };
}

/** To whoever answered: nobody waits for it. */
export const NOT_PENDING: Reason = { code: 'SP6006', text: 'no such request waits, or no longer' };

/** To whoever answered where no gateway runs: the log has to have it first, as the config says. */
export const UNRECORDED: Reason = {
  code: 'SP7001',
  text: 'the audit log cannot be written, and nothing may go unrecorded',
};
