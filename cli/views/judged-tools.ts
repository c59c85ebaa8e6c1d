import type { JudgedTool } from '../../lib/authoring/judged-tools.ts';
import { columns, shown } from '../output/print.ts';

/** One line for each tool: what it does, who says so, and what its arguments are taken for. */
export function judgedToolsText(tools: readonly JudgedTool[]): string {
  return columns(
    tools.map(({ tool, effect, preset, arguments: judged }) => [
      `tool  ${shown(tool, 200)}`,
      [effect.kind, ...effect.flags].join(', '),
      effect.origin === 'preset' ? `preset ${preset ?? ''}`.trim() : effect.origin,
      judged.map(({ kind, at }) => `${shown(at, 100)} (${kind})`).join(' ') || 'no argument is judged by itself',
    ]),
  );
}
