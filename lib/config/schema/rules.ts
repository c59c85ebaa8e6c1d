import { z } from 'zod';
import { isTimezone, parseDays, parseSpan } from '../words/schedule-words.ts';
import { bySelector, globs } from './globs.ts';
import { size } from './units.ts';

export const effect = z.enum(['allow', 'require_approval', 'deny']);

const names = z
  .array(z.string().min(1))
  .optional()
  .describe('Arguments by name or JSON pointer [preset, else guessed].');
const texts = (about: string) => z.array(z.string().min(1).max(512)).optional().describe(about);

const triple = {
  in: names,
  allow: texts('Only these pass.'),
  deny: texts('These never pass.'),
  require_approval: texts('A person must agree to these.'),
};

const paths = z
  .strictObject({
    ...triple,
    read_only: texts('May be read, not written.'),
    max_depth: z.int().min(0).max(100).optional().describe('Most folders below the root that allows the path.'),
    rewrite: z.boolean().optional().describe('Whether the resolved path is what is forwarded [true].'),
  })
  .describe('Files and folders.');

const sql = z
  .strictObject({
    ...triple,
    dialect: z
      .enum(['postgres', 'mysql', 'sqlite', 'mssql', 'bigquery', 'snowflake', 'duckdb', 'ansi'])
      .optional()
      .describe('Grammar of the statements [that of the preset].'),
    read_only: z.boolean().optional().describe('Only statements that read.'),
    read_only_tables: texts('Tables that may be read, not written.'),
    deny_tables: texts('Tables that may not be touched.'),
    allow_tables: texts('Only these tables.'),
    deny_functions: texts('Functions that may not be called.'),
    allow_functions: texts('Only these functions.'),
    max_rows: z.int().positive().optional().describe('Most rows of an answer.'),
    multiple: z.boolean().optional().describe('Whether several statements may stand in one text [false].'),
  })
  .describe('SQL, by kind of statement.');

const commands = z
  .strictObject({ ...triple, redirect_to: texts('Where output may be redirected to.') })
  .describe('Command lines, word by word.');

export const domains = z
  .strictObject({
    ...triple,
    block_private: z.boolean().optional().describe('Refuse every address that is not public.'),
    schemes: texts('Schemes besides which none passes [http, https].'),
    ports: z.array(z.int().min(1).max(65_535)).optional().describe('Ports besides which none passes.'),
  })
  .describe('Hosts of URLs.');

const formFields = z
  .strictObject({ in: names, deny: texts('Regular expressions over names of fields.') })
  .describe('Forms that are filled in.');

/** A word that must be understood, and how the message says what it should be. */
function word(accepts: (text: string) => boolean, error: string): z.ZodString {
  return z.string().superRefine((text, context) => {
    if (!accepts(text)) context.addIssue({ code: 'custom', message: error, params: { code: 'SP1021' } });
  });
}

const schedule = z
  .strictObject({
    days: z
      .array(word((text) => parseDays(text) !== undefined, 'must be a day such as `mon`, or days such as `mon-fri`'))
      .optional()
      .describe('`mon` … `sun`, or `mon-fri`.'),
    hours: z
      .array(word((text) => parseSpan(text) !== undefined, 'must be a span such as `08:00-18:00`'))
      .optional()
      .describe('Spans such as `08:00-18:00`.'),
    timezone: word(isTimezone, 'must be an IANA name such as Europe/Berlin')
      .optional()
      .describe('IANA name [that of the machine].'),
    outside: z.boolean().optional().describe('The rule holds outside of these times instead.'),
  })
  .describe('When the rule holds.');

export const bucket = z
  .strictObject({
    requests_per_sec: z.number().positive().optional().describe('Calls that are refilled each second.'),
    burst_size: z.int().positive().optional().describe('Calls that may come at once.'),
    max_requests: z.int().positive().optional().describe('Calls within `window_secs`.'),
    window_secs: z.number().positive().optional().describe('The length of the window, in seconds.'),
    per: z
      .enum(['client', 'agent', 'tenant', 'role', 'backend', 'tool', 'global'])
      .optional()
      .describe('Whom it counts for separately [client].'),
  })
  .superRefine((value, context) => {
    const report = (message: string) => context.addIssue({ code: 'custom', message, params: { code: 'SP1005' } });
    if (value.requests_per_sec === undefined && value.max_requests === undefined)
      report('needs `requests_per_sec` or `max_requests`');
    if ((value.max_requests === undefined) !== (value.window_secs === undefined))
      report('`max_requests` and `window_secs` go together');
    if (value.burst_size !== undefined && value.requests_per_sec === undefined)
      report('`burst_size` goes with `requests_per_sec`');
  });

const jsonSchema = z.record(z.string(), z.unknown()).describe('JSON Schema the arguments must fit, too.');

export const rule = z.strictObject({
  action: effect.optional().describe('What happens to the whole call; a rule without it only constrains.'),
  schedule: schedule.optional(),
  when: z.string().min(1).max(2048).optional().describe('CEL; the rule holds only when it is true.'),
  paths: paths.optional(),
  sql: sql.optional(),
  commands: commands.optional(),
  domains: domains.optional(),
  form_fields: formFields.optional(),
  uploads: z.union([z.boolean(), effect]).optional().describe('Whether files may be uploaded.'),
  block_patterns: texts('Texts no argument may hold.'),
  arguments: jsonSchema.optional(),
  undeclared: z.enum(['allow', 'deny']).optional().describe('Arguments the tool does not declare.'),
  max_file_bytes: size.optional().describe('Largest file that may be read or written.'),
  max_rows: z.int().positive().optional().describe('Most rows of an answer.'),
  max_depth: z.int().min(1).max(1000).optional().describe('Levels of objects and arrays in the arguments.'),
  rate_limit: bucket.optional().describe('How often.'),
  allow: z.boolean().optional().describe('Another word for `action`: true is `allow`, false is `deny`.'),
  allowed_dirs: texts('Another word for `paths.allow`.'),
  allowed_commands: texts('Another word for `commands.allow`.'),
  max_path_depth: z.int().min(0).max(100).optional().describe('Another word for `paths.max_depth`.'),
  read_only: z.boolean().optional().describe('Another word for `sql.read_only`.'),
});

export const toolRules = bySelector(rule);

export const agent = z
  .strictObject({
    allowed_tools: globs('anything').optional().describe('Only these, as `backend/tool`.'),
    denied_tools: globs('anything').optional().describe('Never these.'),
    tools: toolRules.optional().describe('Rules for this client alone.'),
    rate_limit: bucket.optional().describe('How often it may call.'),
  })
  .catchall(rule);
