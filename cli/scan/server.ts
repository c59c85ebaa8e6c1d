import { asObject } from '../../lib/model/json.ts';
import type { ToolEffect } from '../../lib/model/rules.ts';
import type { SandboxMode } from '../../lib/model/sandbox.ts';
import { schemaDefect } from '../../lib/parse/json-schema.ts';
import { RuleBook } from '../../lib/policy/rule-book.ts';
import { isRefused, type OfferedItem } from '../../lib/registry/offered.ts';
import type { Subject } from '../../lib/scan/subject.ts';
import { type ComposeOptions, compose } from '../compose.ts';
import type { KnownSecrets } from '../output/known-secrets.ts';
import { CommandError, EXIT } from '../output/print.ts';
import { idleState } from '../policy/ground.ts';
import { askingClient } from '../registry/asking-client.ts';
import { readSurface } from '../registry/surface.ts';
import type { Target } from './targets.ts';

/** What came of looking at one server. */
export interface Looked {
  /** `left`: it was not to be started. */
  readonly outcome: 'heard' | 'failed' | 'left';
  readonly subject: Subject;
  /** For a person: how it went. */
  readonly said: string;
  readonly revision?: string;
  readonly confinedBy?: string | undefined;
  /** It lists more than anybody can read. */
  readonly endless?: boolean;
  readonly effectOf?: (tool: OfferedItem) => ToolEffect;
}

export interface LookOptions {
  readonly config?: string;
  readonly sandbox?: SandboxMode;
}

/** What a start of this server would run in. */
export async function sandboxAdvice(target: Target, options: LookOptions): Promise<string> {
  if (target.launch.url !== undefined) return 'it runs elsewhere';
  const running = await compose(composing(target, options));
  try {
    const backend = running.config.backends.find(({ name }) => name === nameOf(target))!;
    if (running.sandboxes === undefined || backend.sandbox.mode === 'off')
      return 'without a sandbox: it can do all that you can';
    const choice = await running.sandboxes.drivers.choose(backend.sandbox);
    if (choice.driver === undefined)
      return `without a sandbox, since none works here (${choice.why}): it can do all that you can`;
    return `in a sandbox (${choice.driver.name}, network ${backend.sandbox.network})`;
  } finally {
    await running.close(true);
  }
}

/** Starts one server, has it list everything, and ends it with all it has started. */
export async function lookAt(target: Target, options: LookOptions, secrets: KnownSecrets): Promise<Looked> {
  const { name, file, launch } = target;
  const running = await compose(composing(target, options));
  secrets.learn(running.config.secrets);
  const bare: Subject = { backend: name, file, launch, definitions: [], refused: [] };
  try {
    const backend = running.gateway.backends.find((one) => one.name === nameOf(target))!;
    const { items } = await readSurface(running, await askingClient(running), backend);
    const book = await RuleBook.of(running.config, idleState());
    return {
      outcome: 'heard',
      subject: {
        ...bare,
        definitions: items.flatMap((item) => (isRefused(item) ? [] : [item])),
        refused: items.filter(isRefused),
      },
      said: '',
      revision: backend.facts?.version ?? '',
      confinedBy: backend.confinedBy,
      effectOf: ({ id, definition }) => book.effectOf({ backend: backend.name, type: 'tool', id }, shapeOf(definition)),
    };
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    const endless = error.exitCode === EXIT.integrity;
    return { outcome: 'failed', subject: bare, said: `not looked at: ${error.message}`, endless };
  } finally {
    await running.close(true);
  }
}

function shapeOf({ inputSchema, annotations }: OfferedItem['definition']) {
  const schema = asObject(inputSchema) ?? {};
  return { schema, annotations: asObject(annotations) ?? {}, defect: schemaDefect(schema) };
}

function nameOf({ name, only }: Target): string {
  return only === undefined ? name : only.name;
}

/** One of our own backends as its config says; any other in a sandbox, where one can be had. */
function composing({ only }: Target, { config, sandbox }: LookOptions): ComposeOptions {
  return only === undefined ? { config, overrides: { sandbox } } : { overrides: { only, sandbox: sandbox ?? 'auto' } };
}
