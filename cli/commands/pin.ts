import { type Agreed, isToAgree, withAgreed } from '../../lib/registry/approving.ts';
import type { Compared } from '../../lib/registry/compare.ts';
import { canAsk, confirmed } from '../output/ask.ts';
import { counted, EXIT, print, printError, printJson, shown } from '../output/print.ts';
import { backendJson, unseenJson } from '../registry/json.ts';
import { isOtherCommand, launchChange } from '../registry/launch-change.ts';
import { type Examined, examine, type RegistryOptions, type Scene } from '../registry/scene.ts';
import { changesText, findingsOf, headText, itemsText } from '../views/offered.ts';

export interface PinOptions extends RegistryOptions {
  /** What changed and what vanished as well. */
  readonly update?: boolean;
  readonly yes?: boolean;
  readonly acceptFindings?: boolean;
}

/** What is to be agreed to for one backend, and what is left as it is. */
interface Plan {
  readonly seen: Examined;
  readonly agree: readonly Compared[];
  /** Kept out because of what was found in it. */
  readonly refused: readonly Compared[];
  /** Differs from its pin, and was not asked for. */
  readonly left: readonly Compared[];
  /** The record of what is launched is written anew. */
  readonly launch: string | undefined;
}

/** Starts backends, shows what they offer, and pins what a person agrees to. */
export async function pin(names: readonly string[], options: PinOptions): Promise<number> {
  const scene = await examine(options, names);
  const plans = scene.examined.map((seen) => planFor(seen, options));
  const open = plans.filter(hasWork);
  const json = options.json === true;
  if (!json) for (const plan of plans) show(plan, options);
  const count = open.reduce((sum, { agree }) => sum + agree.length, 0);
  const agreed = open.length > 0 && (await isAgreed(count, open.length, options));
  if (agreed) for (const plan of open) await write(scene, plan);
  const code = endOf(scene, plans, open.length > 0 && !agreed);
  if (json) {
    const backends = plans.map(({ seen, agree, refused, left }) => ({
      ...backendJson(seen, agree),
      refused: refused.map(({ kind, id }) => ({ kind, id })),
      left: left.map(({ kind, id, standing }) => ({ kind, id, standing })),
    }));
    printJson({
      ok: code === EXIT.ok,
      written: agreed,
      lockfile: scene.lock.path,
      backends,
      unseen: unseenJson(scene),
    });
    return code;
  }
  if (agreed)
    print(
      `${counted(count, 'item')} of ${open.map(({ seen }) => seen.backend).join(', ')} pinned in ${shown(scene.lock.path, 500)}`,
    );
  else if (open.length === 0 && code === EXIT.ok) print('everything is pinned as it is');
  for (const { why } of scene.unseen) printError(`error: ${shown(why)}`);
  return code;
}

function planFor(seen: Examined, { update = false, acceptFindings = false }: PinOptions): Plan {
  const other = isOtherCommand(seen);
  const wanted = seen.items.filter((item) => (other && !update ? false : isToAgree(item, update)));
  const isRefused = (item: Compared) =>
    item.standing === 'refused' ||
    (!acceptFindings && item.standing !== 'vanished' && findingsOf(seen, item).some(({ structural }) => structural));
  const agree = wanted.filter((item) => !isRefused(item));
  const refused = seen.items.filter(
    (item) => item.standing === 'refused' || (wanted.includes(item) && isRefused(item)),
  );
  const left = seen.items.filter(
    (item) => item.standing !== 'pinned' && item.standing !== 'refused' && !wanted.includes(item),
  );
  const launch = other && !update ? undefined : launchChange(seen);
  return { seen, agree, refused, left, launch };
}

function hasWork({ seen, agree, launch }: Plan): boolean {
  return agree.length > 0 || launch !== undefined || seen.section.pins === undefined;
}

function show({ seen, agree, refused, left, launch }: Plan, { update = false }: PinOptions): void {
  print(headText(seen));
  if (launch !== undefined) print(`  it ${shown(launch, 500)}`);
  else if (isOtherCommand(seen) && !update) {
    print('  it is started by another command than the one that was pinned: look, then `pin --update`');
  }
  if (agree.length > 0) print(itemsText(seen, agree));
  for (const item of agree) if (item.standing === 'changed') print(changesText(seen, item));
  if (refused.length > 0) print(`  not pinned because of what was found:\n${itemsText(seen, refused)}`);
  for (const item of left) print(changesText(seen, item));
  if (left.some(({ standing }) => standing !== 'new'))
    print('  left as they were pinned; `pin --update` takes them as they are now');
}

async function isAgreed(count: number, backends: number, { yes = false, json = false }: PinOptions): Promise<boolean> {
  if (yes) return true;
  if (!canAsk()) {
    if (!json) printError('nothing was pinned: say yes at a terminal, or with --yes');
    return false;
  }
  return confirmed(`Pin ${counted(count, 'item')} of ${counted(backends, 'backend')} as shown?`);
}

async function write({ lock, user }: Scene, { seen, agree }: Plan): Promise<void> {
  const { launch, surface } = seen;
  const agreed: Agreed = {
    items: agree.flatMap(({ offered }) => (offered === undefined ? [] : [offered])),
    removed: agree.flatMap(({ standing, pinned }) => (standing === 'vanished' && pinned !== undefined ? [pinned] : [])),
    launch,
    server: surface.server,
    approved: { by: user, at: new Date().toISOString() },
  };
  await lock.change(seen.backend, (before) => withAgreed(before, agreed));
}

/** What was not pinned and differs is told by the code as well. */
function endOf({ unseen }: Scene, plans: readonly Plan[], isOpen: boolean): number {
  if (isOpen) return EXIT.pending;
  if (unseen[0] !== undefined) return unseen[0].exitCode;
  const differs = plans.some(
    ({ refused, left }) => refused.length > 0 || left.some(({ standing }) => standing !== 'vanished'),
  );
  return differs ? EXIT.integrity : EXIT.ok;
}
