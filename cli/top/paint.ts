import { printable } from '../../lib/model/printable.ts';
import { shown } from '../output/print.ts';
import { pendingLines, timeLeft } from '../views/pending.ts';
import { cellsOf, fitted, wrapped } from './cells.ts';
import { type DeskView, NOTHING_WAITS } from './desk-view.ts';
import type { Scene, SeenCall, Waiting } from './scene.ts';

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export type Style = 'plain' | 'title' | 'good' | 'bad' | 'wait' | 'chosen' | 'bar';

export interface Line {
  readonly text: string;
  readonly style: Style;
}

const LEAST: Size = { columns: 24, rows: 8 };
const MOST_TEXT = 500;
const KEYS = 'j/k choose  Enter read  a approve  d deny  / filter  q quit';
const KEYS_ONE = 'j/k scroll  a approve  d deny  Esc back  q quit';

/** The whole screen, one line for each row and none wider than it. */
export function painted(scene: Scene, view: DeskView, size: Size, nowMs: number): Line[] {
  const { columns, rows } = size;
  if (columns < LEAST.columns || rows < LEAST.rows) return [{ text: fitted('too small', columns), style: 'plain' }];
  const body = rows - 2;
  if (view.message === NOTHING_WAITS && scene.waiting.length > 0) view.message = '';
  const one = view.mode === 'one' ? view.chosen : undefined;
  if (view.mode === 'one' && one === undefined) {
    view.mode = 'all';
    view.message = 'It was answered elsewhere, or nobody waits any more.';
  }
  const middle =
    one === undefined ? allOf(scene, view, columns, body, nowMs) : wholeOf(scene, view, one, columns, body, nowMs);
  const lines = [heading(scene, nowMs), ...middle.slice(0, body)];
  while (lines.length < rows - 1) lines.push({ text: '', style: 'plain' });
  lines.push(footing(view));
  // Whatever a gateway says of itself, or what calls itself one, nothing of it acts.
  return lines.map(({ text, style }) => ({ text: fitted(printable(text), columns), style }));
}

function heading(scene: Scene, nowMs: number): Line {
  const { statuses, denied, missed, waiting } = scene;
  const gateways = statuses.size === 1 ? '1 gateway' : `${statuses.size} gateways`;
  const parts = [
    'sallyport top',
    gateways,
    `${scene.rate(nowMs).toFixed(1)} calls/s`,
    `${waiting.length} waiting`,
    `${denied} denied`,
  ];
  const stopped = [...new Set([...statuses.values()].flatMap((status) => status.stopped))];
  if (stopped.length > 0) parts.push(`STOPPED: ${stopped.map((one) => shown(one)).join(', ')}`);
  if (missed > 0) parts.push(`${missed} not seen`);
  return { text: parts.join('  '), style: 'bar' };
}

function footing({ mode, filter, message }: DeskView): Line {
  if (mode === 'filter') return { text: `filter: ${shown(filter)}_   Enter keeps it, Esc drops it`, style: 'bar' };
  if (message !== '') return { text: shown(message, MOST_TEXT), style: 'bar' };
  const filtered = filter === '' ? '' : `[filter: ${shown(filter)}]  `;
  return { text: `${filtered}${mode === 'one' ? KEYS_ONE : KEYS}`, style: 'bar' };
}

function allOf(scene: Scene, view: DeskView, columns: number, rows: number, nowMs: number): Line[] {
  const share = Math.max(2, Math.floor(rows / 4));
  const panes = [
    waitingPane(scene, view, columns, Math.max(3, share), nowMs),
    backendsPane(scene, view, share),
    budgetsPane(scene, share),
  ];
  const above = panes.flat();
  return [...above, ...callsPane(scene, view, Math.max(2, rows - above.length))];
}

function waitingPane(scene: Scene, view: DeskView, columns: number, most: number, nowMs: number): Line[] {
  const all = view.shown;
  const count = all.length === scene.waiting.length ? String(all.length) : `${all.length} of ${scene.waiting.length}`;
  const lines: Line[] = [{ text: `WAITING FOR YOU (${count})`, style: 'title' }];
  if (all.length === 0) return [...lines, { text: '  nothing', style: 'plain' }];
  const { chosen } = view;
  const at = Math.max(0, chosen === undefined ? 0 : all.indexOf(chosen));
  const room = most - 1;
  const from = Math.max(0, Math.min(at - Math.floor(room / 2), all.length - room));
  for (const one of all.slice(from, from + room)) {
    const isChosen = one === chosen;
    const text = `${isChosen ? '>' : ' '} ${rowOf(one, nowMs)}`;
    if (isChosen) view.chosenIsWhole = cellsOf(text) <= columns;
    lines.push({ text, style: isChosen ? 'chosen' : 'wait' });
  }
  return lines;
}

function rowOf({ pending }: Waiting, nowMs: number): string {
  const { id, resource, effect, principal, client, lines, isWhole, calls } = pending;
  const effects = effect === '' ? '' : ` [${shown(effect)}]`;
  const many = calls > 1 ? ` x${calls}` : '';
  const call = lines.map((line) => shown(line, MOST_TEXT)).join(' ');
  const who = `${shown(principal)}/${shown(client)}`;
  return `${shown(id)} ${shown(resource)}${effects}${many} ${timeLeft(pending, nowMs)} ${who} ${call}${isWhole ? '' : ' …'}`;
}

function backendsPane({ statuses }: Scene, view: DeskView, most: number): Line[] {
  const lines: Line[] = [{ text: 'BACKENDS', style: 'title' }];
  for (const { pid, mode, backends } of statuses.values()) {
    for (const { name, state, processes, inFlight, failures, outage } of backends) {
      if (!view.matches([name, state])) continue;
      const why = outage === undefined ? '' : `  ${shown(outage, MOST_TEXT)}`;
      const many = processes > 1 ? ` x${processes}` : '';
      const text = `  ${fitted(shown(name), 20)} ${fitted(state + many, 12)} ${inFlight} in flight  ${failures} restarts  ${mode} ${pid}${why}`;
      lines.push({ text, style: state === 'ready' ? 'good' : state === 'resting' ? 'bad' : 'plain' });
    }
  }
  return cut(lines, most);
}

function budgetsPane({ statuses }: Scene, most: number): Line[] {
  const all = [...statuses.values()].flatMap(({ budgets }) => budgets);
  if (all.length === 0) return [];
  const lines = all.map(({ name, holder, unit, used, limit }): Line => {
    const share = limit > 0 ? used / limit : 1;
    const text = `  ${fitted(shown(name), 20)} ${rounded(used)}/${rounded(limit)} ${unit} (${Math.floor(share * 100)} %)  ${shown(holder)}`;
    return { text, style: share >= 1 ? 'bad' : share >= 0.8 ? 'wait' : 'plain' };
  });
  return cut([{ text: 'BUDGETS', style: 'title' }, ...lines], most);
}

function callsPane({ calls }: Scene, view: DeskView, most: number): Line[] {
  const lines: Line[] = [{ text: 'CALLS', style: 'title' }];
  for (let at = calls.length - 1; at >= 0 && lines.length < most; at--) {
    const call = calls[at]!;
    const { resource, client, decision, code, action, outcome } = call;
    if (!view.matches([resource, client, decision, code, action, outcome])) continue;
    lines.push(callLine(call));
  }
  return lines;
}

function callLine({ atMs, client, action, resource, decision, code, outcome, ms }: SeenCall): Line {
  const time = new Date(atMs).toTimeString().slice(0, 8);
  const took = ms === undefined ? (decision === 'deny' ? '' : '...') : `${ms} ms`;
  const how = `${decision}${outcome === undefined || outcome === 'ok' ? '' : ` ${outcome}`}`;
  const what = action === 'tools/call' ? resource : `${action} ${resource}`;
  const text = `  ${time} ${fitted(how, 12)} ${fitted(code ?? '', 6)} ${fitted(took, 10)} ${shown(what)}  ${shown(client)}`;
  const isBad = decision === 'deny' || decision === 'would_deny';
  return { text, style: isBad ? 'bad' : outcome === undefined || outcome === 'ok' ? 'plain' : 'wait' };
}

/** A request, whole, in lines that are not cut; what does not fit is reached by scrolling. */
function wholeOf(scene: Scene, view: DeskView, one: Waiting, columns: number, rows: number, nowMs: number): Line[] {
  const lines = pendingLines(one.pending, nowMs).flatMap((line) => wrapped(line, columns));
  view.mostScroll = Math.max(0, lines.length - rows);
  view.scroll = Math.min(view.scroll, view.mostScroll);
  if (view.scroll === view.mostScroll) scene.noteRead(one);
  return lines.slice(view.scroll, view.scroll + rows).map((text) => ({ text, style: 'plain' }));
}

function cut(lines: Line[], most: number): Line[] {
  if (lines.length <= most) return lines;
  return [...lines.slice(0, most - 1), { text: `  … ${lines.length - most + 1} more`, style: 'plain' }];
}

function rounded(amount: number): string {
  return String(Math.round(amount * 100) / 100);
}
