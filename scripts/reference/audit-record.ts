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
  { name: 'client_id', kinds: ['call'], about: 'The client by its key, or by `--client`, where that is another name.' },
  { name: 'roles', kinds: ['call'], about: 'Roles of the key.' },
  { name: 'tenant', kinds: ['call'], about: 'The tenant its key names.' },
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
  { name: 'policy', kinds: ['call', 'event'], about: 'Revision of the policy in force: a digest of its settings.' },
  { name: 'detail', kinds: ['refused'], about: 'What was wrong with the frame.' },
  { name: 'bytes', kinds: ['call', 'done', 'refused'], about: 'Size of the request, the answer or the frame.' },
  { name: 'ms', kinds: ['done'], about: 'Milliseconds from the decision to the answer.' },
  { name: 'prev', kinds: ['all'], about: 'Hash of the record before; 64 zeros in the first.' },
  { name: 'hash', kinds: ['all'], about: 'SHA-256, in hex, of the bytes of the line before `,"hash"`.' },
];

/** Every event, with the members it has besides those above. */
export const EVENTS: Readonly<Record<string, { readonly about: string; readonly members: readonly string[] }>> = {
  session_started: { about: 'A client initialized.', members: ['revision'] },
  serving: { about: '`sallyport serve` takes connections.', members: ['url'] },
  call_given_up: {
    about: 'The client did not come back with what the server of a call had asked.',
    members: ['backend', 'method'],
  },
  backend_down: { about: 'A backend ended or failed.', members: ['backend', 'why', 'noise', 'refused'] },
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
  records_lost: {
    about: 'The log can be written again; this many records could not be kept meanwhile.',
    members: ['count'],
  },
  config_reloaded: { about: 'Another policy is in force.', members: ['before'] },
  config_reload_failed: { about: 'The config has faults; the old policy stays in force.', members: ['why'] },
  stopped: {
    about: '`sallyport stop` came into force, for all backends or for one.',
    members: ['backend', 'by', 'why'],
  },
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
