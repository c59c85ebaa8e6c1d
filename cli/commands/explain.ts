import { type Asked, type AskedType, splitName } from '../../lib/authoring/asked.ts';
import { explainAsked } from '../../lib/authoring/explained-call.ts';
import { parseArguments, QuestionError } from '../../lib/authoring/question.ts';
import { shapeIn } from '../../lib/authoring/shapes.ts';
import { nearest } from '../../lib/config/problems.ts';
import { CODES, type Code } from '../../lib/model/codes.ts';
import type { Config } from '../../lib/model/config.ts';
import type { ToolShape } from '../../lib/model/tool-shape.ts';
import { maskFor } from '../output/known-secrets.ts';
import { CommandError, EXIT, print, printJson, readText } from '../output/print.ts';
import { groundNow } from '../policy/ground.ts';
import { readLiveTools } from '../policy/live-tools.ts';
import { readConfig } from '../read-config.ts';
import { callReport, reportLines } from '../views/explained.ts';
import { explainDecision } from './explain-decision.ts';

export interface ExplainOptions {
  readonly prompt?: boolean;
  readonly resource?: boolean;
  readonly as?: string;
  readonly role?: readonly string[];
  readonly tenant?: string;
  readonly at?: string;
  readonly schema?: string;
  readonly live?: boolean;
  readonly check?: boolean;
  readonly config?: string;
  readonly profile?: 'balanced' | 'strict';
  readonly serve?: boolean;
  readonly dir?: string;
  readonly json?: boolean;
}

/** Says what a code means, why a recorded decision was made, or what every check says of a call. */
export async function explain(what: string, args: string | undefined, options: ExplainOptions): Promise<number> {
  if (/^SP\d{4}$/i.test(what)) return explainCode(what.toUpperCase(), options.json === true);
  if (!what.includes('/')) return explainDecision(what, options);
  return explainCall(what, args, options);
}

function explainCode(code: string, json: boolean): number {
  if (!Object.hasOwn(CODES, code)) {
    const close = nearest(code, Object.keys(CODES));
    throw new CommandError(`there is no code ${code}${close === undefined ? '' : `; did you mean ${close}?`}`);
  }
  const { meaning, next } = CODES[code as Code];
  if (json) printJson({ code, meaning, next });
  else print(`${code}\n  ${meaning}\n  next: ${next}`);
  return EXIT.ok;
}

async function explainCall(what: string, args: string | undefined, options: ExplainOptions): Promise<number> {
  const { config } = await readConfig({
    config: options.config,
    overrides: { profile: options.profile, serving: options.serve },
  });
  const asked = await askedOf(what, args, options, config);
  const ground = await groundNow(config, momentOf(options.at));
  const explained = await explainAsked(asked, ground, 'explain');
  const report = callReport(asked, explained, {
    values: process.stdout.isTTY === true,
    mask: maskFor(config.secrets),
    known: options.as === undefined || isKnown(options.as, config),
  });
  if (options.json === true) printJson(report);
  else print(reportLines(report).join('\n'));
  return options.check === true && explained.decision.effect !== 'allow' ? EXIT.denied : EXIT.ok;
}

async function askedOf(
  what: string,
  args: string | undefined,
  options: ExplainOptions,
  config: Config,
): Promise<Asked> {
  if (options.prompt === true && options.resource === true)
    throw new CommandError('choose one of --prompt and --resource');
  const name = splitName(what);
  if (name === undefined) throw new CommandError(`"${what}": write backend/name`);
  const names = config.backends.map((backend) => backend.name);
  if (!names.includes(name.backend)) {
    const close = nearest(name.backend, names);
    throw new CommandError(
      `no backend is called "${name.backend}"; ${close === undefined ? `there are: ${names.join(', ')}` : `did you mean "${close}"?`}`,
    );
  }
  const type: AskedType = options.prompt === true ? 'prompt' : options.resource === true ? 'resource' : 'tool';
  try {
    return {
      ...name,
      type,
      args: parseArguments(args),
      as: options.as,
      roles: options.role ?? [],
      tenant: options.tenant,
      shape: type === 'tool' ? await shapeOf(name, options) : undefined,
    };
  } catch (error) {
    if (!(error instanceof QuestionError)) throw error;
    throw new CommandError(error.message);
  }
}

/** What the server says of the tool: from a file, or from the server itself. */
async function shapeOf(
  { backend, id }: { readonly backend: string; readonly id: string },
  { schema, live, config }: ExplainOptions,
): Promise<ToolShape | undefined> {
  if (schema !== undefined) return shapeIn(readText(schema), id);
  if (live !== true) return undefined;
  const tools = (await readLiveTools(config, new Set([backend]))).get(backend);
  const found = tools?.get(id);
  if (found === undefined) {
    const close = nearest(id, [...(tools?.keys() ?? [])]);
    throw new CommandError(`${backend} has no tool "${id}"${close === undefined ? '' : `; did you mean "${close}"?`}`);
  }
  return found;
}

/** Whether anything in the config speaks of this client. */
function isKnown(name: string, { auth, policies }: Config): boolean {
  const named = [...policies.agents.map((agent) => agent.name), ...policies.tenants.flatMap(({ clients }) => clients)];
  return (
    auth.apiKeys.some(({ clientId }) => clientId === name) || named.some((glob) => glob === name || glob.includes('*'))
  );
}

function momentOf(at: string | undefined): number | undefined {
  if (at === undefined) return undefined;
  const moment = Date.parse(at);
  if (Number.isNaN(moment)) throw new CommandError(`--at "${at}": write a time such as 2026-11-21T10:00:00Z`);
  return moment;
}
