import { callAsked } from '../authoring/asked.ts';
import type { Ground } from '../authoring/ground.ts';
import type { BackendConfig } from '../model/config.ts';
import type { Json } from '../model/json.ts';
import type { ToolEffect } from '../model/rules.ts';
import type { ArgumentKind, ToolShape } from '../model/tool-shape.ts';
import { explainCall } from '../policy/explain.ts';
import type { PresetTool } from '../presets/preset.ts';
import type { Slot } from './case.ts';
import { TEXT_ARGUMENTS } from './text-arguments.ts';

/** A tool a case can be put to, as the config has it. */
export interface SlotTool {
  readonly backend: string;
  readonly id: string;
  /** The argument that takes the value of the case. */
  readonly argument: string;
  /** What else it is given; texts may hold `<root>`. */
  readonly also: Json;
  readonly shape: ToolShape | undefined;
}

interface SlotRule {
  readonly kind: ArgumentKind | undefined;
  /** Whether a tool of this effect is one. */
  readonly fits: (effect: ToolEffect) => boolean;
  /** Names such a tool usually has, where no preset says which there are. */
  readonly usual: readonly string[];
  readonly argument: string;
}

const ANY = () => true;
const SLOT_RULES: Readonly<Record<Slot, SlotRule>> = {
  'path.read': {
    kind: 'paths',
    fits: ({ kind, origin }) => kind === 'read' || origin === 'guess',
    usual: ['read_file', 'read_text_file', 'get_file', 'open_file'],
    argument: 'path',
  },
  'path.write': {
    kind: 'paths',
    fits: ({ kind }) => kind !== 'read',
    usual: ['write_file', 'create_file', 'save_file', 'edit_file'],
    argument: 'path',
  },
  sql: { kind: 'sql', fits: ANY, usual: ['query', 'execute_sql', 'run_query', 'read_query'], argument: 'sql' },
  command: {
    kind: 'commands',
    fits: ANY,
    usual: ['run_command', 'execute_command', 'shell', 'exec', 'bash'],
    argument: 'command',
  },
  url: {
    kind: 'domains',
    fits: ANY,
    usual: ['fetch', 'fetch_url', 'http_get', 'browse', 'read_page'],
    argument: 'url',
  },
  'text.out': {
    kind: undefined,
    fits: ({ kind, flags }) => kind !== 'read' && flags.includes('external'),
    usual: ['send_message', 'post_message', 'send_email', 'publish'],
    argument: 'text',
  },
  text: {
    kind: undefined,
    fits: ANY,
    usual: ['create_note', 'add_note', 'send_message', 'search', 'search_pages', 'echo'],
    argument: 'text',
  },
  untrusted: {
    kind: undefined,
    fits: ({ flags }) => flags.includes('untrusted'),
    usual: ['fetch', 'read_page', 'search_pages', 'get_issue', 'browse'],
    argument: 'query',
  },
  any: {
    kind: undefined,
    fits: ANY,
    usual: ['search', 'list_items', 'get_item', 'read_page', 'search_pages', 'echo', 'query'],
    argument: 'query',
  },
};

/** Every slot's tools, one of each backend that has one the caller may use. Nothing is started to find out. */
export class SlotTools {
  readonly #ground: Ground;
  readonly #known = new Map<Slot, Promise<SlotTool[]>>();

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  of(slot: Slot): Promise<SlotTool[]> {
    const known = this.#known.get(slot) ?? this.#find(slot);
    this.#known.set(slot, known);
    return known;
  }

  async #find(slot: Slot): Promise<SlotTool[]> {
    const found = await Promise.all(this.#ground.config.backends.map((backend) => this.#first(slot, backend)));
    return found.flatMap((tool) => tool ?? []);
  }

  async #first(slot: Slot, { name }: BackendConfig): Promise<SlotTool | undefined> {
    for (const tool of this.#candidates(slot, name)) {
      const effect = this.#ground.book.effectOf({ backend: name, type: 'tool', id: tool.id }, tool.shape);
      if (SLOT_RULES[slot].fits(effect) && (await this.#exists(tool))) return tool;
    }
    return undefined;
  }

  #candidates(slot: Slot, backend: string): SlotTool[] {
    const { kind, usual, argument } = SLOT_RULES[slot];
    const preset = this.#ground.book.presetOf(backend);
    if (preset === undefined) {
      return usual.map((id) => ({ backend, id, argument, also: {}, shape: shapeWith(argument) }));
    }
    if (slot === 'text' || slot === 'text.out') {
      const texts = TEXT_ARGUMENTS[preset.name] ?? [];
      return texts.map(({ tool, argument: named, also }) => ({
        backend,
        id: tool,
        argument: named,
        also,
        shape: undefined,
      }));
    }
    return Object.entries(preset.tools).flatMap(([id, tool]) => {
      const named = kind === undefined ? argument : singleArgument(tool, kind);
      return named === undefined ? [] : [{ backend, id, argument: named, also: {}, shape: undefined }];
    });
  }

  /** Whether lists, roles and rules leave the tool to whoever calls. */
  async #exists({ backend, id, shape }: SlotTool): Promise<boolean> {
    const { config, policy, user } = this.#ground;
    const call = callAsked(askedOf(backend, id, {}, shape), config, user, 'attack');
    const { checks } = await explainCall(policy, call);
    return checks.find(({ check }) => check === 'access')?.verdict !== 'deny';
  }
}

export function askedOf(backend: string, id: string, args: Json, shape: ToolShape | undefined) {
  return { type: 'tool' as const, backend, id, args, as: undefined, roles: [], tenant: undefined, shape };
}

/** One argument that holds one text; lists are named in the plural. */
function singleArgument({ arguments: all }: PresetTool, kind: ArgumentKind): string | undefined {
  return all?.[kind]?.find((name) => !name.startsWith('/') && (kind !== 'paths' || !name.endsWith('s')));
}

function shapeWith(argument: string): ToolShape {
  const properties = { [argument]: { type: 'string' }, content: { type: 'string' } };
  return { schema: { type: 'object', properties }, annotations: {}, defect: undefined };
}
