import { isAbsolute } from 'node:path';
import { callAsked } from '../authoring/asked.ts';
import type { Ground } from '../authoring/ground.ts';
import type { BackendConfig } from '../model/config.ts';
import type { Json } from '../model/json.ts';
import type { Allowed } from '../model/lists.ts';
import type { ToolRule } from '../model/rules.ts';
import { decideCall } from '../policy/decide.ts';
import type { RulePart } from '../policy/rule-book.ts';
import type { Slot } from './case.ts';
import { filled, filler, type Places } from './places.ts';
import { askedOf, type SlotTool } from './tools.ts';

/** What a tool is asked that it should be allowed, to find what the config lets it work on. */
const PROBES: Readonly<Partial<Record<Slot, string>>> = {
  'path.read': '<root>/README.md',
  'path.write': '<root>/README.md',
  sql: 'SELECT id FROM <table> LIMIT 10',
  command: '<command>',
  url: 'https://<host>/',
  // Beside the text such a tool may be given a path, which is another rule's matter.
  text: 'Good morning.',
  'text.out': 'Good morning.',
};

/** What the config lets a tool work on; `known` when something was found that it does. */
export interface Surroundings {
  readonly places: Places;
  readonly known: boolean;
}

/** Finds a folder, a host, a table and a command this tool may use, so that harmless cases ask for nothing else. */
export async function surroundingsOf(slot: Slot, tool: SlotTool, ground: Ground): Promise<Surroundings> {
  const choices = choicesFor(tool, ground);
  const probe = PROBES[slot];
  const first = placesAt(choices, 0);
  if (probe === undefined) return { places: first, known: true };
  const most = Math.max(...Object.values(choices).map(({ length }) => length));
  for (let at = 0; at < most; at++) {
    const places = placesAt(choices, at);
    const args = argumentsFor(tool, probe, {}, filler(places));
    const call = callAsked(askedOf(tool.backend, tool.id, args, tool.shape), ground.config, ground.user, 'attack');
    if ((await decideCall(ground.policy, call)).effect !== 'deny') return { places, known: true };
  }
  return { places: first, known: false };
}

/** All a tool is given when `value` is put to it. */
export function argumentsFor({ argument, also }: SlotTool, value: string, more: Json, fill: (text: string) => string) {
  return { ...(filled({ ...also, ...more }, fill) as Json), [argument]: fill(value) };
}

type Choices = Readonly<Record<'root' | 'host' | 'table' | 'command', readonly string[]>> & {
  readonly home: readonly string[];
  readonly neighbour: readonly string[];
};

function choicesFor(tool: SlotTool, { config, book, user }: Ground): Choices {
  const call = callAsked(askedOf(tool.backend, tool.id, {}, tool.shape), config, user, 'attack');
  const allowed = (part: RulePart, of: (rule: ToolRule) => Allowed | undefined) =>
    holding(() => book.holding(call, part)).flatMap((rule) => of(rule)?.patterns.map(({ glob }) => glob) ?? []);
  const backend = config.backends.find(({ name }) => name === tool.backend)!;
  const other = config.backends.find(({ name }) => name !== tool.backend) ?? backend;
  const hosts = allowed('domains', ({ domains }) => domains?.allow);
  const commands = allowed('commands', (rule) => rule.commands?.allow);
  const tables = allowed('sql', ({ sql }) => sql?.allowTables);
  return {
    root: [
      ...allowed('paths', ({ paths }) => paths?.allow).map(folderBefore),
      ...foldersOf(backend, config.projectDir),
    ],
    host: [...hosts.map((glob) => glob.replace(/^\*\./, 'www.').replace(/:\d+$/, '')), 'example.com'],
    command: [...commands.map((glob) => glob.replace(/\s*\*+$/, '')), 'git status', 'ls'],
    table: [...tables.map((glob) => glob.replace(/\*/g, 'orders')), 'orders'],
    home: [config.homeDir],
    neighbour: Object.keys(book.presetOf(other.name)?.tools ?? { read_file: true }).slice(0, 1),
  };
}

/** The choice at `at` of each, or the last one where there are fewer. */
function placesAt(choices: Choices, at: number): Places {
  const pick = (all: readonly string[]) => all[Math.min(at, all.length - 1)] ?? '';
  const { root, home, host, table, command, neighbour } = choices;
  return {
    root: pick(root),
    home: pick(home),
    host: pick(host),
    table: pick(table),
    command: pick(command),
    neighbour: pick(neighbour),
  };
}

/** A condition that cannot be judged without a call denies that call; here it only hides a rule. */
function holding(ask: () => readonly ToolRule[]): readonly ToolRule[] {
  try {
    return ask();
  } catch {
    return [];
  }
}

/** The part of a glob before its first wildcard, as a folder. */
function folderBefore(glob: string): string {
  const [plain = ''] = glob.split(/[*?{[]/);
  return (plain === glob ? plain : plain.replace(/[^/]*$/, '')).replace(/(.)\/$/, '$1');
}

function foldersOf({ args, cwd }: BackendConfig, projectDir: string | undefined): string[] {
  const named = args.filter((arg) => isAbsolute(arg) && !/\.[cm]?[jt]s$/.test(arg));
  return [...named, ...(projectDir === undefined ? [] : [projectDir]), cwd];
}
