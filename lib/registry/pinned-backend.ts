import type { Era } from '../model/era.ts';
import type { ListedKind, Offered } from '../model/offered.ts';
import type { BackendPins, EffectLabel, Greeting, PinFault, PinState, Remembered } from '../model/pins.ts';
import type { LockedItem, LockedLaunch, RegistryConfig, Standing } from '../model/registry.ts';
import { hashOf } from './canonical.ts';
import { Differences, type Report } from './differences.ts';
import { counted, type InForce, inForce } from './in-force.ts';
import { ItemReader } from './item-reader.ts';
import { Learning } from './learning.ts';
import { isRefused, type OfferedItem, type RefusedItem, readInstructions } from './offered.ts';
import { keyOf } from './order.ts';
import type { PinFiles } from './pin-files.ts';
import { FIRST_USE, isReviewed } from './reviewed.ts';
import { sameInEffect } from './same-in-effect.ts';
import { templateMatches } from './template.ts';

/** What all backends of one gateway share. */
export interface PinGround {
  readonly config: RegistryConfig & { readonly pin: 'tofu' | 'strict' };
  readonly files: PinFiles;
  readonly report: Report;
  /** Milliseconds since 1970. */
  now(): number;
}

const INSTRUCTIONS = { kind: 'instructions', id: '' } as const;

/** What one backend offers, against what is pinned of it. All its processes are compared with the same pins. */
export class PinnedBackend implements BackendPins {
  readonly #name: string;
  readonly #launch: LockedLaunch;
  readonly #enforced: boolean;
  #ground: PinGround;
  readonly #reader = new ItemReader();
  readonly #differences: Differences;
  #greeting: Greeting | undefined;
  #force: InForce;
  #items: ReadonlyMap<string, LockedItem>;
  #learning: Learning | undefined;

  /** `enforced` is whether what differs is kept out, or only recorded. */
  constructor(name: string, launch: LockedLaunch, enforced: boolean, ground: PinGround) {
    this.#name = name;
    this.#launch = launch;
    this.#enforced = enforced;
    this.#ground = ground;
    this.#differences = new Differences(name, ground.report);
    this.#force = inForce(name, launch, ground.config.pin, ground.files);
    this.#items = itemsOf(this.#force);
    this.#learning = this.#force.learns ? new Learning() : undefined;
    this.#tellFault();
  }

  /** The files may hold other pins, and the config may want something else of them. */
  reread(ground: PinGround): void {
    this.#ground = ground;
    const read = inForce(this.#name, this.#launch, ground.config.pin, ground.files);
    const isOnlyHere = read.learns && this.#force.before !== undefined && this.#force.section !== undefined;
    if (!isOnlyHere) this.#force = read;
    this.#items = itemsOf(this.#force);
    this.#learning = this.#force.learns ? new Learning() : undefined;
    if (this.#greeting !== undefined) this.#learning?.begin(this.#greeting);
    this.#tellFault();
  }

  get fault(): PinFault | undefined {
    return this.#force.fault;
  }

  /** Whether anything is pinned of it that counts. */
  get isPinned(): boolean {
    return this.#items.size > 0;
  }

  get keepsOld(): boolean {
    return this.#ground.config.keepOld && this.#enforced;
  }

  get unread(): readonly ListedKind[] {
    return this.#learning?.unread ?? [];
  }

  get state(): PinState {
    const count = (standing: Standing) => this.#differences.count(standing);
    const counts = { changed: count('changed'), added: count('new'), vanished: count('vanished') };
    return { pins: this.#word, ...counts, refused: count('refused') };
  }

  standing(offered: Offered): Standing {
    if (offered.refused !== undefined) return 'refused';
    const { pin } = this.#ground.config;
    const item = this.#items.get(keyOf(offered)) ?? this.#learning?.get(offered);
    if (item === undefined) return this.#unpinned(offered);
    if (pin === 'strict' && !isReviewed(item)) return 'new';
    if (offered.hash === undefined) return offered.kind === 'resource' ? 'pinned' : 'vanished';
    return offered.hash === item.hash ? 'pinned' : 'changed';
  }

  label(tool: string, hash: string | undefined): EffectLabel | undefined {
    const effect = this.#force.whole?.items.find(({ kind, id }) => kind === 'tool' && id === tool)?.effect;
    if (effect === undefined) return undefined;
    const same = this.#items.get(keyOf({ kind: 'tool', id: tool }))?.hash === hash;
    return { effect, vouched: this.#force.vouched && same };
  }

  greeted(greeting: Greeting): string | undefined {
    this.#greeting = greeting;
    this.#learning?.begin(greeting);
    const { instructions } = greeting;
    const shown = instructions === undefined || instructions === '' ? this.#silent() : this.#told(instructions);
    this.#learned();
    return shown;
  }

  read(kind: ListedKind, era: Era, texts: readonly string[]): readonly Offered[] {
    return texts.map((text) => this.#note(this.#reader.read(kind, text), era));
  }

  shown(kind: ListedKind, era: Era, texts: readonly string[]): readonly string[] | undefined {
    if (!this.keepsOld || kind !== 'tool') return undefined;
    const shown = this.read(kind, era, texts).map((offered, index) => {
      const text = texts[index]!;
      return this.standing(offered) === 'changed' ? (this.#items.get(keyOf(offered))?.text ?? text) : text;
    });
    return shown.every((text, index) => text === texts[index]) ? undefined : shown;
  }

  listed(kind: ListedKind, all: readonly Offered[]): void {
    const here = new Set(all.map(keyOf));
    this.#differences.forget(kind, here);
    for (const [key, item] of this.#items) {
      if (item.kind !== kind || here.has(key)) continue;
      this.#differences.note({ kind, id: item.id, hash: undefined }, 'vanished', item);
    }
    this.#learning?.close(kind, all);
    this.#learned();
  }

  get remembered(): Remembered | undefined {
    const { section, vouched } = this.#force;
    if (section === undefined || !vouched) return undefined;
    const usable = section.items.filter((item) => this.#isUsable(item));
    const instructions = usable.find(({ kind }) => kind === 'instructions')?.definition;
    return {
      era: section.server.era,
      result: JSON.stringify({ ...section.server.result, ...instructions }),
      definitions: (kind) => usable.filter((item) => item.kind === kind).map(({ text }) => text),
    };
  }

  get #word(): PinState['pins'] {
    if (this.fault !== undefined) return 'broken';
    if (this.#learning !== undefined) return 'learning';
    const { section, vouched } = this.#force;
    if (section === undefined) return 'none';
    if (!vouched) return 'unvouched';
    return section.items.some(isReviewed) ? 'reviewed' : 'first_use';
  }

  #isUsable(item: LockedItem): boolean {
    return this.#ground.config.pin !== 'strict' || isReviewed(item);
  }

  /** A resource that is not listed exists if a template that was approved makes its URI. */
  #unpinned({ kind, id, hash }: Offered): Standing {
    if (this.fault !== undefined) return 'new';
    if (this.#ground.config.pin === 'strict') {
      return kind === 'resource' && this.#isMade(id) ? 'pinned' : 'new';
    }
    if (this.#learning !== undefined && (kind === 'instructions' || !this.#learning.isClosed(kind))) return 'pinned';
    return hash === undefined && kind === 'resource' ? 'pinned' : 'new';
  }

  #isMade(uri: string): boolean {
    for (const item of this.#items.values()) {
      if (item.kind === 'template' && isReviewed(item) && templateMatches(item.id, uri)) return true;
    }
    return false;
  }

  #note(item: OfferedItem | RefusedItem, era: Era | undefined): Offered {
    const key = { kind: item.kind, id: item.id ?? '' };
    const pinned = this.#items.get(keyOf(key));
    const offered = isRefused(item)
      ? { ...key, hash: undefined, refused: item.why }
      : this.#offered(item, pinned, era !== undefined && era !== this.#force.section?.server.era);
    if (!isRefused(item)) this.#learning?.note(lockedItem(item));
    this.#differences.note(offered, this.standing(offered), pinned);
    return offered;
  }

  #offered(item: OfferedItem, pinned: LockedItem | undefined, acrossEras: boolean): Offered {
    const { kind, id } = item;
    const isSame = pinned !== undefined && pinned.hash === item.hash;
    const alike = !isSame && pinned !== undefined && sameInEffect(kind, pinned.definition, item.definition, acrossEras);
    return { kind, id, hash: alike ? pinned.hash : item.hash };
  }

  #silent(): undefined {
    const pinned = this.#items.get(keyOf(INSTRUCTIONS));
    if (pinned !== undefined) this.#differences.note({ ...INSTRUCTIONS, hash: undefined }, 'vanished', pinned);
    return undefined;
  }

  /** Instructions go into what the model is told by its host, so those that nobody approved are told to nobody. */
  #told(instructions: string): string | undefined {
    const offered = this.#note(readInstructions(instructions), undefined);
    const standing = this.standing(offered);
    if (standing === 'pinned' || !this.#enforced) return instructions;
    const { onChange, keepOld } = this.#ground.config;
    if (standing !== 'refused' && onChange === 'warn' && this.fault === undefined) return instructions;
    const old = standing === 'changed' && keepOld ? this.#items.get(keyOf(INSTRUCTIONS))?.definition : undefined;
    return typeof old?.instructions === 'string' ? old.instructions : undefined;
  }

  /** Everything was seen once: from now on it is pinned, and on disk as soon as that can be. */
  #learned(): void {
    const learning = this.#learning;
    if (learning?.isWhole !== true) return;
    this.#learning = undefined;
    const { files, report, now } = this.#ground;
    const section = learning.section(this.#launch, { by: FIRST_USE, at: new Date(now()).toISOString() });
    const { before } = this.#force;
    this.#force = { ...this.#force, section, whole: section, vouched: true, learns: false };
    this.#items = itemsOf(this.#force);
    report('pinned', {
      backend: this.#name,
      items: section.items.length,
      digest: digestOf(section.items),
      ...(before?.section === undefined ? {} : { before: digestOf(before.section.items) }),
    });
    if (before === undefined) return;
    const failed = (error: Error) => report('pins_not_kept', { backend: this.#name, why: error.message });
    void files.keep(this.#name, section, before.section).then((found) => this.#kept(found), failed);
  }

  /** Another process may have been faster, and what it has pinned counts. */
  #kept(found: Parameters<typeof counted>[0]): void {
    if (found === undefined) return;
    this.#force = counted(found, this.#launch, this.#ground.config.pin);
    this.#items = itemsOf(this.#force);
    this.#tellFault();
  }

  #tellFault(): void {
    const { fault } = this;
    if (fault === undefined) return;
    this.#ground.report('pins_not_believed', { backend: this.#name, code: fault.code, why: fault.text });
  }
}

/** An offered item as it is pinned, which is without what else is known of it. */
function lockedItem({ kind, id, hash, definition, text }: OfferedItem): LockedItem {
  return { kind, id, hash, definition, text };
}

function itemsOf({ section }: InForce): ReadonlyMap<string, LockedItem> {
  return new Map((section?.items ?? []).map((item) => [keyOf(item), item]));
}

function digestOf(items: readonly LockedItem[]): string {
  return hashOf(items.map(({ kind, id, hash }) => [kind, id, hash]));
}
