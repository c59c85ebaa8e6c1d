import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Chain, GENESIS } from '../../lib/audit/chain.ts';
import { segmentsIn } from '../../lib/audit/files.ts';
import type { Filter } from '../../lib/audit/filter.ts';
import { search } from '../../lib/audit/search.ts';
import { type Measure, measure } from './measure.ts';

const GB = 1e9;
const QUICK = 1e8;
/** What a year of logs may take. */
const GOAL_S = 10;
const SEGMENT = 50e6;
const BATCH = 500;
const TOOLS = ['read_file', 'write_file', 'search', 'list'];
const DAYS_MS = 200 * 86_400_000;

/** What is asked, and which members are counted. */
const QUESTIONS: readonly (readonly [string, Filter, readonly string[]])[] = [
  ['one decision', { id: '01M7YB1E6NH8PK00100000' }, []],
  ['what was denied', { decision: 'deny' }, ['ts']],
  ['who called what with which decision', { kind: 'call' }, ['principal', 'resource', 'decision']],
  ['one day of two hundred', { sinceMs: DAYS_MS / 2, untilMs: DAYS_MS / 2 + 86_400_000 }, ['ts']],
];

/** How long it takes to answer questions about a log of 1 GB, 100 MB with `--quick`. */
export function overAudit(rounds: number, quick: boolean, note: (text: string) => void): Measure[] {
  const bytes = quick ? QUICK : GB;
  const dir = mkdtempSync(join(tmpdir(), 'sallyport-bench-'));
  try {
    note(`writing a log of ${bytes / 1e6} MB …`);
    const records = writeLog(dir, bytes);
    const files = segmentsIn(dir).map(({ path }) => path);
    return QUESTIONS.map(([name, filter, members]) => {
      const seconds = Array.from({ length: rounds }, () => {
        const begun = performance.now();
        search(files, filter, members, () => {});
        return (performance.now() - begun) / 1000;
      });
      const median = seconds.sort((a, b) => a - b)[Math.floor(seconds.length / 2)]!;
      const title = `audit query of ${bytes / 1e6} MB, ${records} records: ${name}`;
      return measure(title, { sallyport: median }, 's', median, 's', quick ? undefined : GOAL_S);
    });
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Writes calls and their outcomes as a gateway does, over two hundred days; answers how many. */
function writeLog(dir: string, bytes: number): number {
  const chain = new Chain();
  let [seq, total, segment, size, prev] = [0, 0, 0, SEGMENT, GENESIS];
  let fd: number | undefined;
  while (total < bytes) {
    if (size >= SEGMENT) {
      if (fd !== undefined) closeSync(fd);
      fd = openSync(join(dir, `audit-bench-1-1${++segment === 1 ? '' : `.${segment}`}.jsonl`), 'wx', 0o600);
      size = 0;
    }
    chain.begin(prev);
    for (let i = 0; i < BATCH; i++) seq = addCall(chain, seq, (total / bytes) * DAYS_MS);
    const lines = chain.lines();
    writeSync(fd!, lines);
    prev = chain.prev;
    total += lines.length;
    size += lines.length;
  }
  if (fd !== undefined) closeSync(fd);
  return seq;
}

function addCall(chain: Chain, before: number, ms: number): number {
  const seq = before + 1;
  const id = `01M7YB1E6NH8PK${String(Math.ceil(seq / 2)).padStart(8, '0')}`;
  const isDenied = seq % 37 === 1;
  const head = (n: number, kind: string) =>
    `{"v":1,"seq":${n},"ts":"${new Date(ms).toISOString()}","kind":"${kind}","id":"${id}"`;
  const who = `"session":"01M7YB1D09H8PK000001","principal":"user-${seq % 97}","client":"claude-code/2.1.240"`;
  const what = `"action":"tools/call","type":"tool","resource":"files/${TOOLS[seq % 4]}"`;
  const args = `"args":{"path":"docs/notes-${seq}.txt","content":"[120 characters]"},"args_sha256":"${GENESIS}"`;
  const denied = '"decision":"deny","code":"SP3002","rule":"backends[0].denied_tools[0]"';
  const decided = isDenied ? denied : '"decision":"allow"';
  chain.add(`${head(seq, 'call')},${who},${what},${args},${decided},"policy":"aa58d8e6b625","bytes":118`);
  if (isDenied) return seq;
  chain.add(`${head(seq + 1, 'done')},"outcome":"ok","decision":"allow","bytes":345,"ms":1.234`);
  return seq + 1;
}
