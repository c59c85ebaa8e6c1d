import type { Json } from '../model/json.ts';
import { META, MODERN_REVISIONS, TASKS_EXTENSION } from '../protocol/revisions.ts';
import type { Payload } from '../wire/payload.ts';
import { withoutMembers } from '../wire/remove.ts';
import { hasOwnTasks } from './abilities.ts';
import { isObject, withAdded, withChanged, withoutMeta } from './members.ts';

const ONLY_DISCOVERED = ['resultType', 'ttlMs', 'cacheScope', 'supportedVersions', 'protocolVersion', 'serverInfo'];
const ONLY_INITIALIZED = ['protocolVersion', 'serverInfo', 'resultType', 'supportedVersions', 'ttlMs', 'cacheScope'];
/** What the tasks extension lets a client do, in the words of 2025-11-25; the gateway lists tasks by itself. */
const LEGACY_TASKS = '{"list":{},"cancel":{},"requests":{"tools":{"call":{}}}}';

/**
 * A modern server's DiscoverResult as the answer to `initialize`, for a legacy client of `revision`. `serverInfo` is
 * what the server put into `_meta`, or `fallback`, since modern servers need not say who they are. The tasks
 * extension becomes the `tasks` capability, in 2025-11-25 only; other extensions stay, because SDKs take them in
 * `initialize` as well.
 */
export function initializeResultOf(discovered: Payload, revision: string, fallback: Json): Payload {
  const meta = discovered.member('_meta');
  const told = meta !== undefined && isObject(meta) ? meta.member(META.serverInfo) : undefined;
  const serverInfo = told !== undefined && isObject(told) ? told.text() : JSON.stringify(fallback);
  const kept = withoutMeta(withoutMembers(discovered, ONLY_DISCOVERED), [META.serverInfo, META.subscriptionId]);
  const facts = withChanged(kept, 'capabilities', (capabilities) => legacyServer(capabilities, revision));
  return withAdded(withAdded(facts, 'protocolVersion', JSON.stringify(revision)), 'serverInfo', serverInfo);
}

/**
 * A legacy server's answer to `initialize` as a DiscoverResult. Nobody may keep it: what a legacy server can do
 * belongs to its session.
 */
export function discoverResultOf(initialized: Payload): Payload {
  const serverInfo = initialized.member('serverInfo')?.text();
  const kept = withChanged(withoutMembers(initialized, ONLY_INITIALIZED), 'capabilities', modernServer);
  const named = serverInfo === undefined ? kept : withServerInfo(kept, serverInfo);
  const marked = withAdded(named, 'resultType', '"complete"');
  const versions = withAdded(marked, 'supportedVersions', JSON.stringify(MODERN_REVISIONS));
  return withAdded(withAdded(versions, 'ttlMs', '0'), 'cacheScope', '"private"');
}

function legacyServer(capabilities: Payload, revision: string): Payload {
  if (!isObject(capabilities)) return capabilities;
  const kept = withoutMembers(capabilities, ['tasks']);
  const extensions = kept.member('extensions');
  if (extensions === undefined || !isObject(extensions) || !extensions.has(TASKS_EXTENSION)) return kept;
  const others = withoutMembers(extensions, [TASKS_EXTENSION]);
  const rest =
    others.keys().length === 0 ? withoutMembers(kept, ['extensions']) : withChanged(kept, 'extensions', () => others);
  return hasOwnTasks(revision) ? withAdded(rest, 'tasks', LEGACY_TASKS) : rest;
}

function modernServer(capabilities: Payload): Payload {
  if (!isObject(capabilities)) return capabilities;
  const tasks = (capabilities.member('tasks')?.json() ?? {}) as { requests?: { tools?: { call?: unknown } } };
  const kept = withoutMembers(capabilities, ['tasks']);
  if (tasks.requests?.tools?.call === undefined) return kept;
  const extensions = kept.member('extensions');
  if (extensions === undefined || !isObject(extensions)) {
    return withAdded(withoutMembers(kept, ['extensions']), 'extensions', `{"${TASKS_EXTENSION}":{}}`);
  }
  if (extensions.has(TASKS_EXTENSION)) return kept;
  return withChanged(kept, 'extensions', () => withAdded(extensions, TASKS_EXTENSION, '{}'));
}

function withServerInfo(body: Payload, serverInfo: string): Payload {
  const meta = body.member('_meta');
  if (meta === undefined || !isObject(meta)) {
    return withAdded(withoutMembers(body, ['_meta']), '_meta', `{"${META.serverInfo}":${serverInfo}}`);
  }
  const named = withAdded(withoutMembers(meta, [META.serverInfo]), META.serverInfo, serverInfo);
  return withChanged(body, '_meta', () => named);
}
