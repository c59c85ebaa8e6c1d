import type { ItemKind, LockedItem } from '../../lib/model/registry.ts';
import type { EffectFlag, EffectKind } from '../../lib/model/rules.ts';
import { type Agreed, withAgreed } from '../../lib/registry/approving.ts';
import type { Compared } from '../../lib/registry/compare.ts';
import { itemName, keyOf } from '../../lib/registry/order.ts';
import { canAsk, confirmed } from '../output/ask.ts';
import { CommandError, EXIT, print, printError, printJson, shown } from '../output/print.ts';
import { itemJson } from '../registry/json.ts';
import { isOtherCommand } from '../registry/launch-change.ts';
import { type Examined, examine, type RegistryOptions } from '../registry/scene.ts';
import { changesText, findingsOf, headText, itemsText } from '../views/offered.ts';

export interface ApproveOptions extends RegistryOptions {
  readonly prompt?: boolean;
  readonly resource?: boolean;
  readonly template?: boolean;
  readonly instructions?: boolean;
  /** What the operator says the tool does. */
  readonly effect?: string;
  readonly yes?: boolean;
  readonly acceptFindings?: boolean;
}

type Said = NonNullable<LockedItem['effect']>;

const KINDS: readonly EffectKind[] = ['read', 'write', 'destructive'];
const FLAGS: readonly EffectFlag[] = ['external', 'untrusted', 'private'];

/** Shows how one item differs from its pin, and pins it as it is now if a person agrees. */
export async function approve(target: string, options: ApproveOptions): Promise<number> {
  const said = options.effect === undefined ? undefined : effectOf(options.effect);
  const kind = kindOf(options);
  const [backend = '', id = ''] = target.split(/\/(.*)/s, 2);
  if (said !== undefined && kind !== 'tool') throw new CommandError('--effect is for tools');
  const scene = await examine(options, [backend]);
  const [seen] = scene.examined;
  if (seen === undefined) throw new CommandError(scene.unseen[0]!.why, scene.unseen[0]!.exitCode);
  if (isOtherCommand(seen)) {
    const why = `${backend} is started by another command than the one that was pinned; look at all of it: pin --update`;
    throw new CommandError(why, EXIT.integrity);
  }
  const item = seen.items.find((one) => one.kind === kind && one.id === id);
  if (item === undefined) throw new CommandError(`${itemName(backend, { kind, id })} is neither offered nor pinned`);
  const held = isHeld(seen, item, options);
  const isDone = item.standing === 'pinned' && item.pinned?.approved !== undefined && said === undefined;
  const json = options.json === true;
  if (!json) show(seen, item, said);
  const agreed = !held && !isDone && (await isAgreed(options));
  if (agreed) {
    const approved = { by: scene.user, at: new Date().toISOString() };
    await scene.lock.change(backend, (before) => withAgreed(before, agreedTo(seen, item, said, approved)));
  }
  const code = held ? EXIT.integrity : agreed || isDone ? EXIT.ok : EXIT.pending;
  if (json) printJson({ ok: code === EXIT.ok, written: agreed, lockfile: scene.lock.path, item: itemJson(seen, item) });
  else if (held)
    printError('not approved because of what was found; `--accept-findings` insists where that is possible');
  else if (isDone) print('it is approved as it is');
  else if (agreed) print(`approved in ${shown(scene.lock.path, 500)}`);
  return code;
}

/** Whether what was found keeps it out, however much somebody wants it. */
function isHeld(seen: Examined, item: Compared, { acceptFindings = false }: ApproveOptions): boolean {
  if (item.standing === 'vanished') return false;
  if (item.standing === 'refused') return true;
  return !acceptFindings && findingsOf(seen, item).some(({ structural }) => structural);
}

function show(seen: Examined, item: Compared, said: Said | undefined): void {
  print(`${headText(seen)}\n${itemsText(seen, [item])}`);
  print(changesText(seen, item));
  if (item.standing === 'vanished') print('  it is not offered any more; approving removes its pin');
  if (said !== undefined) print(`  you say that it does: ${[said.kind, ...said.flags].join(', ')}`);
}

async function isAgreed({ yes = false, json = false }: ApproveOptions): Promise<boolean> {
  if (yes) return true;
  if (canAsk()) return confirmed('Approve it as shown?');
  if (!json) printError('not approved: say yes at a terminal, or with --yes');
  return false;
}

function agreedTo(seen: Examined, item: Compared, said: Said | undefined, approved: Agreed['approved']): Agreed {
  const { offered, pinned, standing } = item;
  return {
    items: offered === undefined ? [] : [offered],
    removed: standing === 'vanished' && pinned !== undefined ? [pinned] : [],
    launch: seen.section.pins?.launch ?? seen.launch,
    server: seen.section.pins?.server ?? seen.surface.server,
    approved,
    ...(said !== undefined && { effects: new Map([[keyOf(item), said]]) }),
  };
}

function kindOf({ prompt, resource, template, instructions }: ApproveOptions): ItemKind {
  const named: (readonly [boolean | undefined, ItemKind])[] = [
    [prompt, 'prompt'],
    [resource, 'resource'],
    [template, 'template'],
    [instructions, 'instructions'],
  ];
  const kinds = named.filter(([isMeant]) => isMeant === true).map(([, kind]) => kind);
  if (kinds.length > 1)
    throw new CommandError(`only one of ${kinds.map((kind) => `--${kind}`).join(', ')} can be meant`);
  return kinds[0] ?? 'tool';
}

/** `write,external`: exactly one kind, and any flags. */
function effectOf(text: string): Said {
  const words = text.split(',').map((word) => word.trim());
  const kinds = KINDS.filter((kind) => words.includes(kind));
  const flags = FLAGS.filter((flag) => words.includes(flag));
  if (kinds.length !== 1 || kinds.length + flags.length !== words.length) {
    throw new CommandError(`--effect "${text}": one of ${KINDS.join(', ')}, and any of ${FLAGS.join(', ')}`);
  }
  return { kind: kinds[0]!, flags };
}
