import type { MadeCall } from './traffic.ts';

/** What goes wrong with calls of a caller: one of its own, changed. */
export interface Injected {
  readonly name: string;
  /** Calls that are made instead of one usual one; it counts as found when one of them is flagged. */
  calls(usual: MadeCall): MadeCall[];
}

const DAY = 86_400_000;
/** 28,000 characters as text that was encoded. */
const ENCODED = 'QUJDREVGR0hJSktM'.repeat(1750);

/** The next night, at three. */
function atNight(ms: number): number {
  return Math.floor(ms / DAY) * DAY + DAY + 3 * 3_600_000;
}

function firstText(args: MadeCall['args']): string {
  return Object.keys(args).find((key) => typeof args[key] === 'string') ?? 'path';
}

export const INJECTED: readonly Injected[] = [
  {
    name: 'burst: 200 calls in 20 s',
    calls: (usual) => Array.from({ length: 200 }, (_, at) => ({ ...usual, atMs: usual.atMs + at * 100 })),
  },
  {
    name: 'new destructive tool at 3 a.m.',
    calls: (usual) => [{ ...usual, tool: `${usual.tool.split('/')[0]}/delete_everything`, atMs: atNight(usual.atMs) }],
  },
  { name: 'new tool by day', calls: (usual) => [{ ...usual, tool: `${usual.tool.split('/')[0]}/export_all` }] },
  {
    name: 'an argument never given',
    calls: (usual) => [{ ...usual, args: { ...usual.args, webhook: 'https://collect.example/x' } }],
  },
  {
    name: 'encoded data in a usual argument',
    calls: (usual) => [
      { ...usual, args: { ...usual.args, [firstText(usual.args)]: ENCODED }, bytes: usual.bytes + ENCODED.length },
    ],
  },
  { name: 'request x100', calls: (usual) => [{ ...usual, bytes: usual.bytes * 100 }] },
  { name: 'answer x100', calls: (usual) => [{ ...usual, replyBytes: usual.replyBytes * 100 }] },
  { name: 'a usual call at 3 a.m.', calls: (usual) => [{ ...usual, atMs: atNight(usual.atMs) }] },
];
