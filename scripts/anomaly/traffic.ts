import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Json } from '../../lib/model/json.ts';
import { Random } from './random.ts';

/** One call of made-up traffic. */
export interface MadeCall {
  readonly tool: string;
  readonly atMs: number;
  readonly bytes: number;
  readonly replyBytes: number;
  readonly args: Json;
}

export interface Traffic {
  readonly name: string;
  /** What it is like, in a few words. */
  readonly about: string;
  calls(seed: number): Generator<MadeCall, never, void>;
}

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** A Monday. */
const START = Date.UTC(2026, 0, 5);

type Making = (random: Random, atMs: number) => Omit<MadeCall, 'atMs'>;

/** Calls of one kind at times another function gives. */
function traffic(
  name: string,
  about: string,
  gaps: (random: Random) => Generator<number, never, void>,
  make: Making,
): Traffic {
  return {
    name,
    about,
    *calls(seed) {
      const random = new Random(seed);
      for (const atMs of gaps(random)) yield { atMs, ...make(random, atMs) };
      throw new Error('traffic never ends');
    },
  };
}

const words = (random: Random, most: number) =>
  Array.from({ length: 1 + random.below(most) }, () =>
    random.pick(['find', 'all', 'open', 'orders', 'of', 'ana']),
  ).join(' ');
const path = (random: Random, depth: number) =>
  `/${Array.from({ length: 1 + random.below(depth) }, () => random.pick(['src', 'lib', 'tests', 'a', 'model.ts', 'index.ts'])).join('/')}`;

/** Tools of a file server, some of them rare. */
const files: Making = (random) => {
  const tool = ['read_file', 'list_directory', 'search_files', 'write_file', 'get_file_info', 'move_file'][
    random.zipf(6, 1.2)
  ]!;
  const args: Record<string, unknown> = { path: path(random, 6) };
  if (tool === 'read_file' && random.next() < 0.3) args.head = 10 + random.below(90);
  if (tool === 'search_files') args.pattern = random.pick(['*.ts', '**/*.md', 'orders']);
  if (tool === 'move_file') args.destination = path(random, 6);
  const written = tool === 'write_file' ? Math.ceil(Math.exp(6 + random.normal())) : 0;
  if (written > 0) args.content = 'a line of text\n'.repeat(Math.ceil(written / 15));
  return {
    tool: `files/${tool}`,
    bytes: 120 + random.below(80) + written,
    replyBytes: Math.ceil(Math.exp(7 + 1.2 * random.normal())),
    args,
  };
};

function* every(_random: Random, ms: number): Generator<number, never, void> {
  for (let at = START; ; at += ms) yield at;
}

function* poisson(random: Random, ms: number): Generator<number, never, void> {
  for (let at = START; ; at += random.exponential() * ms) yield at;
}

/** A person at work: sessions of calls that follow upon each other, in working hours for the most part. */
function* sessions(random: Random): Generator<number, never, void> {
  for (let at = START; ; ) {
    at += random.exponential() * 30 * MINUTE;
    if (!isWorking(at) && random.next() > 0.02) continue;
    for (let left = Math.ceil(random.exponential() * 12); left > 0; left--) {
      at += 500 + random.exponential() * 4 * SECOND;
      yield at;
    }
  }
}

function isWorking(ms: number): boolean {
  const date = new Date(ms);
  return date.getUTCDay() % 6 !== 0 && date.getUTCHours() >= 8 && date.getUTCHours() < 18;
}

function* heavyGaps(random: Random): Generator<number, never, void> {
  for (let at = START; ; at += Math.min(2 * DAY, 3 * SECOND * random.pareto(0.8))) yield at;
}

/** More by day than by night, and never none. */
function* waves(random: Random): Generator<number, never, void> {
  for (let at = START; ; ) {
    const light = 1 + Math.cos((2 * Math.PI * (at - START)) / DAY - Math.PI);
    at += (random.exponential() * 4 * MINUTE) / (0.15 + light);
    yield at;
  }
}

/** The recorded calls of a day in which nothing is wrong, again each day, some of them and in another order. */
function recorded(preset: string): Traffic {
  const file = join('tests', 'fixtures', 'days', `${preset}.jsonl`);
  const lines = readFileSync(file, 'utf8').trim().split('\n');
  const calls = lines.map((line) => JSON.parse(line) as { tool: string; args: Json });
  return traffic(
    `day: ${preset}`,
    `the ${calls.length} calls of ${file}, each day in another order`,
    sessions,
    (random) => {
      const { tool, args } = random.pick(calls);
      const bytes = 90 + JSON.stringify(args).length;
      return { tool: `${preset}/${tool}`, args, bytes, replyBytes: Math.ceil(Math.exp(6.5 + random.normal())) };
    },
  );
}

export const TRAFFIC: readonly Traffic[] = [
  traffic(
    'regular',
    'one call each five minutes, always alike',
    (random) => every(random, 5 * MINUTE),
    (random) => ({
      tool: 'monitor/status',
      bytes: 100,
      replyBytes: 900 + random.below(20),
      args: { service: random.pick(['web', 'mail', 'db']) },
    }),
  ),
  traffic('random', 'calls independent of each other', (random) => poisson(random, 6 * MINUTE), files),
  traffic('bursty', 'a person at work: sessions by day, hardly any at night', sessions, files),
  traffic('diurnal', 'more by day than by night', waves, files),
  traffic('heavy-tailed', 'sizes and pauses without a usual largest one', heavyGaps, (random) => ({
    ...files(random, 0),
    bytes: Math.min(8e6, Math.ceil(80 * random.pareto(1.1))),
    replyBytes: Math.min(8e6, Math.ceil(200 * random.pareto(0.9))),
  })),
  traffic(
    'many tools',
    '80 tools, most of them rare',
    (random) => poisson(random, 6 * MINUTE),
    (random) => ({
      ...files(random, 0),
      tool: `suite/tool_${random.zipf(80, 1.3)}`,
    }),
  ),
  traffic(
    'loose arguments',
    'optional arguments, free names, texts of any length',
    (random) => poisson(random, 6 * MINUTE),
    (random) => {
      const args: Record<string, unknown> = { query: words(random, 60) };
      for (let i = 0; i < 8; i++)
        if (random.next() < 0.3) args[`option_${i}`] = random.next() < 0.5 ? random.below(1e6) : words(random, 5);
      if (random.next() < 0.02) args[`field_${random.below(5000)}`] = true;
      const bytes = 60 + JSON.stringify(args).length;
      return {
        tool: `search/${random.pick(['web', 'mail', 'code'])}`,
        args,
        bytes,
        replyBytes: Math.ceil(Math.exp(8 + random.normal())),
      };
    },
  ),
  recorded('filesystem'),
  recorded('git'),
];
