import assert from 'node:assert/strict';
import { test } from 'node:test';
import { DeskView } from '../../../cli/top/desk-view.ts';
import { painted } from '../../../cli/top/paint.ts';
import { Scene } from '../../../cli/top/scene.ts';
import type { LiveEvent, LiveStatus } from '../../../lib/model/live-status.ts';

test('nothing a gateway says of itself acts on the terminal', () => {
  const acts = '\u001b]0;x\u0007\u001b[2J';
  const scene = new Scene();
  const backend = { name: acts, state: acts, processes: 1, inFlight: acts, failures: acts, outage: acts };
  const status = { pid: 1, mode: acts, sinceMs: 0, clients: [], backends: [backend], budgets: [], stopped: [acts] };
  scene.statuses.set(1, status as unknown as LiveStatus);
  const call = { client: acts, action: acts, resource: acts, decision: acts, code: acts };
  scene.hear(1, { event: 'called', call: 'A', atMs: 0, ...call } as unknown as LiveEvent);
  scene.hear(1, { event: 'ended', call: 'A', outcome: acts, code: acts, ms: acts } as unknown as LiveEvent);
  const lines = painted(scene, new DeskView(scene), { columns: 200, rows: 30 }, 0);
  assert.equal(lines.length, 30);
  for (const { text } of lines) assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f]/);
});
