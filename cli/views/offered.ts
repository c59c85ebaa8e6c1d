import { type Change, FLAG_WORDS, LONGEST_SHOWN } from '../../lib/registry/change.ts';
import type { Compared } from '../../lib/registry/compare.ts';
import { diffDefinitions } from '../../lib/registry/diff.ts';
import type { Finding } from '../../lib/registry/finding.ts';
import { itemName, keyOf } from '../../lib/registry/order.ts';
import { sentencesOf } from '../../lib/registry/sentences.ts';
import { columns, shown } from '../output/print.ts';
import type { Examined } from '../registry/scene.ts';

/** The backend, what was started, and how far its pins are believed. */
export function headText({ backend, command, launch, section: { pins, seal, vouched } }: Examined): string {
  const { name, version, integrity } = launch.package ?? {};
  const started =
    name === undefined ? '' : `\n  runs ${shown([name, version, integrity].filter(Boolean).join(' '), 300)}`;
  const standing =
    pins === undefined
      ? 'nothing is pinned'
      : seal === 'broken'
        ? 'its pins were changed after they were sealed (SP4010), so its approvals do not count'
        : vouched
          ? ''
          : 'its pins are not sealed by you, so its approvals do not count';
  return `${backend}  ${shown(command, 500)}${started}${standing === '' ? '' : `\n  ${standing}`}`;
}

/** One line for each item, and below it what was found in it. */
export function itemsText(seen: Examined, items: readonly Compared[]): string {
  const rows = columns(
    items.map((item) => [
      `  ${item.standing}${item.volatileOnly ? ' (dates and counts)' : ''}`,
      item.kind,
      shown(item.id, 200),
      effectText(seen, item),
      (item.offered ?? item.pinned)?.hash.slice(0, 19) ?? '',
    ]),
  ).split('\n');
  return items.flatMap((item, i) => [rows[i]!, ...findingsOf(seen, item).map(findingText)]).join('\n');
}

/** What changed in one item, sentence by sentence. */
export function changesText(seen: Examined, item: Compared): string {
  const name = shown(itemName(seen.backend, item), 300);
  const { standing, volatileOnly } = item;
  const head = `${name} ${standing}${volatileOnly ? ', in dates, times, versions and counts only' : ''}`;
  return [head, ...changesOf(seen, item).map(changeText)].join('\n');
}

/** What an item says now that its pin did not; for a new one all it says. */
export function changesOf({ instructs }: Examined, { standing, pinned, offered }: Compared): Change[] {
  if (standing === 'new' || standing === 'changed') return diffDefinitions(pinned, offered, instructs);
  return [];
}

export function findingsOf({ findings }: Examined, item: Compared): Finding[] {
  return findings.filter((finding) => keyOf(finding) === keyOf(item));
}

function findingText({ code, severity, what, evidence }: Finding): string {
  return `      finding[${code}] ${severity}: ${shown(what, 300)}\n        ${shown(evidence, LONGEST_SHOWN)}`;
}

function changeText({ what, how, was, now, flags }: Change): string {
  const sign = how === 'added' ? '+' : how === 'removed' ? '-' : '~';
  const values = [was, now].filter((value) => value !== undefined).map((value) => shown(value, LONGEST_SHOWN));
  const words = flags.length === 0 ? '' : `  [${flags.map((flag) => FLAG_WORDS[flag]).join('; ')}]`;
  return `  ${sign} ${shown(what, 300)}: ${values.join(' -> ')}${words}`;
}

/** What it does and who says so; its first sentence where nobody has to. */
function effectText(seen: Examined, item: Compared): string {
  const effect = seen.effectOf(item);
  if (effect !== undefined) return `${[effect.kind, ...effect.flags].join(', ')} (${effect.origin})`;
  const { description, instructions } = (item.offered ?? item.pinned)?.definition ?? {};
  return shown(sentencesOf(String(description ?? instructions ?? ''))[0] ?? '', 60);
}
