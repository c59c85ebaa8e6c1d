import { z } from 'zod';
import type { Folders } from '../../lib/config/folders.ts';
import { resolveConfig } from '../../lib/config/resolve.ts';
import { configSchema } from '../../lib/config/schema/schema.ts';

/** The parts of JSON Schema that a page about keys needs. */
interface Schema {
  readonly description?: string;
  readonly type?: string;
  readonly unit?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
}

/** `docs/reference/config.md`: every key of the config file, from its schema. */
export function configReference(): string {
  const defaults = { balanced: defaultsOf('balanced'), strict: defaultsOf('strict') };
  const rows = keys('', z.toJSONSchema(configSchema, { target: 'draft-7', io: 'input' }) as Schema, defaults);
  return `# Config keys

Every key \`sallyport.yaml\` may have; any other is an error. A size is a number of bytes or text such as \`10MB\` or
\`8MiB\`, a duration is text such as \`250ms\`, \`60s\` or \`90d\`. \`sallyport config show --resolved --origin\` prints the
values in force, defaults included. A default that differs in the profile \`strict\` stands after a slash.

| Key | Takes | Default | What it is |
|---|---|---|---|
${rows.join('\n')}
`;
}

/** Paths of the state folder on Linux; the pages must not depend on who makes them. */
const FOLDERS: Folders = {
  configFile: '~/.config/sallyport/sallyport.yaml',
  stateDir: '~/.local/state/sallyport',
  auditDir: '~/.local/state/sallyport/audit',
  logDir: '~/.local/state/sallyport/log',
  fallbackDir: '/tmp/sallyport-UID',
  homeDir: '/home/user',
  projectDir: '/home/user/project',
};

const MIB = 1024 * 1024;
/** Of these a backend has one, and neither has a default. */
const REQUIRED_SOMEWHERE = /^backends\[\]\.(?:command|url)$/;

interface Defaults {
  readonly balanced: ReadonlyMap<string, string>;
  readonly strict: ReadonlyMap<string, string>;
}

/** What every key is where no file says anything, by its path. */
function defaultsOf(profile: 'balanced' | 'strict'): Map<string, string> {
  const started = { name: 'name', command: 'command', cwd: '.' };
  const reached = { name: 'name', url: 'https://mcp.example.com/mcp' };
  const settings = [started, reached].flatMap((only) => resolveConfig([], { profile, only }, FOLDERS).settings);
  const texts = settings.map(({ path, value }) => [path.replace('[0]', '[]'), text(value)] as const);
  return new Map(texts.filter(([path, shown]) => shown !== '' && !REQUIRED_SOMEWHERE.test(path)));
}

function text(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '';
  if (typeof value === 'number' && value >= MIB && value % MIB === 0) return `${value / MIB}MiB`;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function keys(path: string, schema: Schema, defaults: Defaults): string[] {
  return Object.entries(schema.properties ?? {}).flatMap(([key, child]) => {
    const here = path === '' ? key : `${path}.${key}`;
    const fallback = schema.required?.includes(key) ? 'required' : shownDefault(here, defaults);
    const row = `| \`${here}\` | ${takes(child)} | ${fallback} | ${child.description ?? ''} |`;
    return [row, ...keys(child.type === 'array' ? `${here}[]` : here, child.items ?? child, defaults)];
  });
}

function shownDefault(path: string, { balanced, strict }: Defaults): string {
  const values = [...new Set([balanced.get(path), strict.get(path)])].filter((value) => value !== undefined);
  return path === 'profile' ? '`balanced`' : values.map((value) => `\`${value}\``).join(' / ');
}

function takes(schema: Schema): string {
  if (schema.unit !== undefined) return schema.unit;
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((value) => `\`${value}\``).join(', ');
  if (schema.type === 'array') return schema.items?.type === 'object' ? 'list' : `list of ${takes(schema.items!)}`;
  if (schema.type === 'object') return schema.properties === undefined ? 'map of text' : 'map';
  if (schema.type === 'string') return 'text';
  if (schema.type === 'boolean') return '`true`, `false`';
  return `${schema.type === 'integer' ? 'whole number' : 'number'}${range(schema)}`;
}

function range({ minimum, exclusiveMinimum, maximum }: Schema): string {
  const most = maximum !== undefined && maximum < Number.MAX_SAFE_INTEGER ? `at most ${maximum}` : undefined;
  const over = exclusiveMinimum === undefined ? undefined : `over ${exclusiveMinimum}`;
  const least = minimum === undefined ? over : `at least ${minimum}`;
  const both = [least, most].filter((side) => side !== undefined).join(', ');
  return both === '' ? '' : `, ${both}`;
}
