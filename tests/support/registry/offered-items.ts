import { generateKeyPairSync } from 'node:crypto';
import type { Json } from '../../../lib/model/json.ts';
import type { ItemKind, LockedBackend, LockedItem } from '../../../lib/model/registry.ts';
import { isRefused, type OfferedItem, readInstructions, readItem } from '../../../lib/registry/offered.ts';
import { type SealingKey, sealingKey } from '../../../lib/registry/seal.ts';

/** One item as a server offers it. */
export function offered(kind: ItemKind, definition: Json | string): OfferedItem {
  const item =
    kind === 'instructions'
      ? readInstructions(String(definition))
      : readItem(kind, typeof definition === 'string' ? definition : JSON.stringify(definition));
  if (isRefused(item)) throw new Error(item.why);
  return item;
}

export function tool(name: string, more: Json = {}): OfferedItem {
  return offered('tool', { name, description: `Does ${name}.`, inputSchema: { type: 'object' }, ...more });
}

/** The section of a backend that offers these. */
export function section(items: readonly LockedItem[], more: Partial<LockedBackend> = {}): LockedBackend {
  return {
    launch: { fingerprint: 'f1', package: { name: 'npm:a', version: '1.0.0', integrity: 'sha512-x' } },
    server: { era: 'legacy', result: { protocolVersion: '2025-11-25', capabilities: {} } },
    items,
    ...more,
  };
}

export function approved(item: OfferedItem): LockedItem {
  return { ...item, approved: { by: 'anna', at: '2026-01-02T03:04:05Z' } };
}

export function newKey(): SealingKey {
  return sealingKey(generateKeyPairSync('ed25519').privateKey);
}
