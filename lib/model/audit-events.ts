/**
 * Every event the log may hold or, where it cannot be written, those who watch it may hear of: what alerts can be about
 * (`event = NAME`). A test compares it with the code.
 */
export const AUDIT_EVENTS: Readonly<Record<string, string>> = {
  anomaly: 'a caller did something unlike what was learned of it',
  anomaly_forgotten: 'what was learned of a caller was forgotten',
  anomaly_learned: 'the habits of a caller are known',
  anomaly_learning: 'the habits of a caller are being learned',
  anomaly_profiles_lost: 'what was learned could not be read',
  anomaly_profiles_not_kept: 'what was learned could not be written',
  approval_answered: 'a person answered',
  approval_asked: 'a request began to wait for a person',
  approval_expired: 'nobody answered in time',
  approval_granted: 'an agreement was given before anybody asked',
  approval_refused: 'an answer or an agreement did not count',
  audit_failing: 'the log cannot be written',
  audit_recovered: 'the log can be written again',
  audit_reserve_spent: 'the disk is nearly full, and records went into the reserve',
  backend_down: 'a server ended or cannot be reached',
  backend_up: 'a server that was down answers again',
  budget_warned: 'as much of a budget is spent as its `warn_at` says',
  call_given_up: 'a call that waited for its client was given up',
  checkpoint_failed: 'the log could not be signed',
  config_reload_failed: 'a changed config has a fault, and the old one stays',
  config_reloaded: 'a changed config is in force',
  doctor: '`sallyport doctor` looked whether the log can be written',
  egress: 'a server in a sandbox made or tried a connection',
  egress_done: 'such a connection ended',
  item_added: 'a server offers a prompt or resource that was not pinned',
  item_changed: 'a server describes a prompt or resource in another way than it was pinned',
  item_refused: 'a prompt or resource is kept out',
  item_vanished: 'a server no longer lists a prompt or resource that was pinned',
  limit_exceeded: 'a server used up more than it may',
  local_request_refused: 'somebody on this machine was refused at the local socket',
  more_differences: 'a server differs from its pins in more ways than are told one by one',
  pinned: 'what a server offers was learned',
  pins_not_believed: 'pins are not ours, or were changed',
  pins_not_kept: 'pins could not be written',
  records_lost: 'so many records were not kept while the log could not be written',
  resumed: 'a stop was lifted',
  sandbox_unavailable: 'a sandbox could not be built',
  serving: 'the gateway listens',
  session_started: 'a client opened a session',
  shipping_behind: 'a destination takes no records',
  shipping_cursor_failed: 'how far a destination is cannot be kept',
  shipping_cursor_lost: 'how far a destination is was forgotten',
  shipping_gap: 'records are missing between what a destination has and what is there',
  shipping_recovered: 'a destination takes records again',
  shipping_set_aside: 'a destination refused records for what they are',
  stopped: 'somebody stopped everything, or one backend',
  tool_added: 'a server offers a tool that was not pinned',
  tool_changed: 'a server describes a tool in another way than it was pinned',
  tool_refused: 'a tool is kept out',
  tool_vanished: 'a server no longer lists a tool that was pinned',
  unshipped_deleted: 'records were deleted before every destination had them',
};

/** Events of alerts themselves: a rule about them would feed itself. */
export const ALERT_EVENTS: ReadonlySet<string> = new Set(['alert_fired', 'alert_resolved']);

/** What ends what an event began. */
export const ENDED_BY: Readonly<Record<string, string>> = {
  audit_failing: 'audit_recovered',
  backend_down: 'backend_up',
  config_reload_failed: 'config_reloaded',
  shipping_behind: 'shipping_recovered',
  stopped: 'resumed',
};
