/** What one member of an audit record holds, and in which kinds of record it stands. */
export interface RecordMember {
  readonly name: string;
  readonly kinds: readonly ('all' | 'call' | 'done' | 'refused' | 'event')[];
  readonly about: string;
}

/** Every member a record may have; a test holds it against the records the gateway writes. */
export const RECORD_MEMBERS: readonly RecordMember[] = [
  { name: 'v', kinds: ['all'], about: 'Version of this format: 1.' },
  { name: 'seq', kinds: ['all'], about: 'Number of the record in its process, from 1, without gaps.' },
  { name: 'ts', kinds: ['all'], about: 'When it was made: RFC 3339, UTC, milliseconds.' },
  { name: 'kind', kinds: ['all'], about: '`call`, `done`, `refused` or `event`.' },
  { name: 'event', kinds: ['event'], about: 'What happened; the events and their own members are listed below.' },
  {
    name: 'id',
    kinds: ['call', 'done'],
    about: 'Decision id: the same in both records and in the answer of a denial.',
  },
  {
    name: 'trace',
    kinds: ['call', 'done'],
    about: 'The [trace](../tracing.md) the request is part of, in hex; absent where nothing is traced.',
  },
  {
    name: 'outcome',
    kinds: ['done'],
    about: '`ok`, `error`, `tool_error`, `withheld`, `failed`, `timeout` or `cancelled`.',
  },
  { name: 'session', kinds: ['call', 'refused', 'event'], about: 'The connection of the client.' },
  {
    name: 'principal',
    kinds: ['call', 'event'],
    about: 'Who asked; on standard input and output the user of this machine.',
  },
  {
    name: 'client_id',
    kinds: ['call', 'event'],
    about: 'The client by its key, or by `--client`, where that is another name.',
  },
  { name: 'roles', kinds: ['call'], about: 'Roles of the key.' },
  { name: 'tenant', kinds: ['call', 'event'], about: 'The tenant its key or token names.' },
  {
    name: 'proof',
    kinds: ['call', 'event'],
    about: 'How it was proven: `api-key`, `jwt`, `introspection`, `certificate`; absent for the user of this machine.',
  },
  { name: 'issuer', kinds: ['call', 'event'], about: 'Who says so: the issuer of a token or of a certificate.' },
  { name: 'actors', kinds: ['call'], about: 'Agents and gateways a token went through, the nearest first.' },
  { name: 'client', kinds: ['call', 'event'], about: 'Name and version the client gives itself; nothing proves it.' },
  { name: 'direction', kinds: ['call'], about: '`to-client` for what a server asks of the client; absent otherwise.' },
  { name: 'action', kinds: ['call'], about: 'The MCP method.' },
  { name: 'type', kinds: ['call'], about: 'What kind of thing is asked for: `tool`, `prompt`, `resource`, …' },
  { name: 'resource', kinds: ['call'], about: 'The thing, with its backend in front: `files/read_file`.' },
  { name: 'args', kinds: ['call'], about: 'The arguments, as `audit.include_arguments` says.' },
  { name: 'args_sha256', kinds: ['call'], about: 'SHA-256 of their bytes, where `args` does not show them in full.' },
  { name: 'from', kinds: ['refused'], about: '`client`, or the name of the backend that sent the frame.' },
  {
    name: 'decision',
    kinds: ['call', 'done'],
    about: '`allow`, `deny` or `require_approval`; in `done` of the answer.',
  },
  { name: 'code', kinds: ['call', 'done', 'refused', 'event'], about: 'Why, from [codes.md](codes.md).' },
  { name: 'rule', kinds: ['call', 'done'], about: 'The rule that decided, as a path in the config.' },
  { name: 'source', kinds: ['call', 'done'], about: 'Where that rule stands: file and line, flag or profile.' },
  { name: 'at', kinds: ['call'], about: 'JSON pointer to the argument that rule judged.' },
  { name: 'check', kinds: ['call', 'done'], about: 'The check that decided, from [checks.md](checks.md).' },
  { name: 'would_deny', kinds: ['call', 'done'], about: 'In observe mode: the code and rule that would have denied.' },
  { name: 'edits', kinds: ['call', 'done'], about: 'What was changed on the way, such as `hide 2` or `truncate`.' },
  { name: 'findings', kinds: ['call', 'done'], about: 'What a check noticed without denying.' },
  {
    name: 'approval',
    kinds: ['call'],
    about: 'The agreement of a person it was made under: its grant, who gave it, by which channel, how sure that is.',
  },
  { name: 'policy', kinds: ['call', 'event'], about: 'Revision of the policy in force: a digest of its settings.' },
  { name: 'detail', kinds: ['refused'], about: 'What was wrong with the frame.' },
  { name: 'bytes', kinds: ['call', 'done', 'refused'], about: 'Size of the request, the answer or the frame.' },
  { name: 'ms', kinds: ['done'], about: 'Milliseconds from the decision to the answer.' },
  { name: 'prev', kinds: ['all'], about: 'Hash of the record before; 64 zeros in the first.' },
  { name: 'hash', kinds: ['all'], about: 'SHA-256, in hex, of the bytes of the line before `,"hash"`.' },
];

const DIFFERENCE = ['backend', 'item', 'pinned', 'offered', 'why'];
const OF_A_KIND = [...DIFFERENCE, 'of'];

/** Every event, with the members it has besides those above. */
export const EVENTS: Readonly<Record<string, { readonly about: string; readonly members: readonly string[] }>> = {
  session_started: { about: 'A client initialized.', members: ['revision'] },
  serving: { about: '`sallyport serve` takes connections.', members: ['url'] },
  call_given_up: {
    about: 'The client did not come back with what the server of a call had asked.',
    members: ['backend', 'method'],
  },
  backend_down: { about: 'A backend ended or failed.', members: ['backend', 'why', 'noise', 'refused'] },
  backend_up: { about: 'A backend that was down answers again.', members: ['backend'] },
  budget_warned: {
    about: 'As much of a budget is spent as its `warn_at` says; once a period, for each who has it.',
    members: ['budget', 'holder', 'percent', 'resets'],
  },
  alert_fired: {
    about:
      'The condition of an alert holds; `again` where it was told before and goes on, `key` is that of its notices.',
    members: ['alert', 'severity', 'value', 'when', 'count', 'again', 'key', 'to'],
  },
  alert_resolved: {
    about: 'It does not hold any more.',
    members: ['alert', 'severity', 'value', 'when', 'count', 'why', 'key', 'to'],
  },
  limit_exceeded: {
    about: 'A backend used more than one of its limits allows.',
    members: ['backend', 'limit', 'text'],
  },
  sandbox_unavailable: { about: 'A backend runs without the sandbox it would have.', members: ['backend', 'why'] },
  egress: {
    about: 'A backend in a sandbox asked for a connection; written before it is made.',
    members: ['backend', 'host', 'port', 'via', 'decision', 'address', 'why', 'rule'],
  },
  egress_done: {
    about: 'A connection has ended; `up` and `down` are the bytes the backend sent and received.',
    members: ['backend', 'host', 'port', 'up', 'down', 'ms', 'outcome'],
  },
  shipping_behind: {
    about: 'A destination has not taken records several times in a row; they wait in the log.',
    members: ['destination', 'why'],
  },
  shipping_recovered: { about: 'It takes them again, after so many milliseconds.', members: ['destination', 'ms'] },
  shipping_set_aside: {
    about: 'A destination refused records for what they are; they are in its file of dead letters.',
    members: ['destination', 'log', 'seq', 'count', 'why'],
  },
  shipping_cursor_lost: {
    about: 'How far a destination has a log is not known, so it is sent from its beginning.',
    members: ['destination', 'log', 'why'],
  },
  shipping_cursor_failed: {
    about: 'How far a destination has a log cannot be kept; records go on leaving and may come twice.',
    members: ['destination', 'log', 'why'],
  },
  shipping_gap: {
    about: 'Records are missing between what a destination has and what is there.',
    members: ['destination', 'log', 'after', 'next'],
  },
  approval_asked: {
    about: 'A request began to wait for a person.',
    members: ['id', 'resource', 'principal', 'digest', 'rule', 'why'],
  },
  approval_answered: {
    about: 'Somebody answered it; `quick` marks an answer that came sooner than a person reads.',
    members: [
      ...['id', 'resource', 'principal', 'digest', 'approved', 'scope', 'by', 'channel', 'assurance'],
      ...['answered_ms', 'why', 'quick'],
    ],
  },
  approval_expired: {
    about: 'Nobody answered it, or nobody waits for it any more.',
    members: ['id', 'resource', 'principal', 'digest', 'why'],
  },
  approval_refused: {
    about: 'An answer, or an agreement that was to be used, does not count.',
    members: ['id', 'grant', 'resource', 'principal', 'digest', 'why', 'by', 'channel', 'assurance'],
  },
  approval_granted: {
    about: 'An agreement was made, which one call can use, or calls like it.',
    members: [
      ...['grant', 'id', 'resource', 'principal', 'digest', 'scope', 'by', 'channel', 'assurance', 'why'],
      ...['expires'],
    ],
  },
  local_request_refused: {
    about: 'Somebody on this machine wanted to answer at the local socket who may not.',
    members: ['verb', 'subject', 'why', 'pid', 'code'],
  },
  unshipped_deleted: {
    about: 'Segments past their retention were deleted although a destination never had them.',
    members: ['count', 'files'],
  },
  records_lost: {
    about: 'The log can be written again; this many records could not be kept meanwhile.',
    members: ['count'],
  },
  checkpoint_failed: {
    about: 'The log could not be signed; records go on, and the next checkpoint covers them.',
    members: ['why'],
  },
  anomaly: {
    about:
      'A call, or its answer, is unlike those before: by which feature, what was usual and seen, how surprising in decimal places, and the share of calls that were as much so.',
    members: ['decision', 'principal', 'backend', 'tool', 'feature', 'score', 'chance', 'expected', 'seen', 'action'],
  },
  anomaly_learning: {
    about: 'Calls are compared with those before from now on, and nothing was known yet.',
    members: ['why'],
  },
  anomaly_learned: { about: 'Enough is known of a caller to say what is unusual.', members: ['principal', 'calls'] },
  anomaly_forgotten: {
    about: 'What was learned of a caller or its tool is forgotten.',
    members: ['principal', 'tool', 'why'],
  },
  anomaly_profiles_lost: {
    about: 'What was learned could not be read; it was put aside, and learning began anew.',
    members: ['why'],
  },
  anomaly_profiles_not_kept: { about: 'What was learned could not be written to disk.', members: ['why'] },
  config_reloaded: { about: 'Another policy is in force.', members: ['before'] },
  config_reload_failed: { about: 'The config has faults; the old policy stays in force.', members: ['why'] },
  stopped: {
    about: '`sallyport stop` came into force, for all backends or for one.',
    members: ['backend', 'by', 'why'],
  },
  pinned: {
    about: 'What a backend offers was seen for the first time and is pinned: how many items, and a digest of them.',
    members: ['backend', 'items', 'digest', 'before'],
  },
  pins_not_kept: { about: 'What was pinned could not be written to disk.', members: ['backend', 'why'] },
  pins_not_believed: {
    about: 'What is pinned of a backend does not count, so nothing of it exists.',
    members: ['backend', 'why'],
  },
  more_differences: { about: 'More differs than is told one by one.', members: ['backend'] },
  tool_changed: { about: 'A tool is not what was pinned; `pinned` and `offered` are hashes.', members: DIFFERENCE },
  tool_added: { about: 'A tool was offered that nobody approved.', members: DIFFERENCE },
  tool_vanished: { about: 'A tool that was pinned is not offered any more.', members: DIFFERENCE },
  tool_refused: {
    about: 'The definition of a tool can be read in two ways, or inspection keeps it out.',
    members: DIFFERENCE,
  },
  item_changed: {
    about: 'A prompt, resource, template or the instructions (`of`) are not what was pinned.',
    members: OF_A_KIND,
  },
  item_added: { about: 'One more of these was offered.', members: OF_A_KIND },
  item_vanished: { about: 'One of these is not offered any more.', members: OF_A_KIND },
  item_refused: { about: 'The definition of one of these is refused.', members: OF_A_KIND },
  resumed: { about: 'A stop was lifted.', members: ['backend', 'by', 'why'] },
  doctor: { about: '`sallyport doctor` tried whether the log can be written.', members: [] },
};

/** `docs/reference/audit-record.md`: the members of a record. */
export function auditRecordReference(): string {
  const rows = RECORD_MEMBERS.map(({ name, kinds, about }) => `| \`${name}\` | ${kinds.join(', ')} | ${about} |`);
  const events = Object.entries(EVENTS).map(
    ([name, { about, members }]) =>
      `| \`${name}\` | ${about} | ${members.map((member) => `\`${member}\``).join(', ')} |`,
  );
  return `# Audit record

One JSON object a line; members stand in this order, and only where they have something to say.

| Member | In | What it is |
|---|---|---|
${rows.join('\n')}

| Event | What happened | Its own members |
|---|---|---|
${events.join('\n')}
`;
}
