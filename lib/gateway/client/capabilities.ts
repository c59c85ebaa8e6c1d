import type { Era } from '../../model/era.ts';
import type { Json } from '../../model/json.ts';
import { TASKS_EXTENSION } from '../../protocol/revisions.ts';
import type { Payload } from '../../wire/payload.ts';
import { withoutMembers } from '../../wire/remove.ts';
import { hasLegacyTasks, hasTasksExtension, passesExtension, withPassedExtensions } from '../extensions.ts';
import type { Engine, Session } from '../ports.ts';
import { visibleTo } from '../visible.ts';

/** Longest instructions of one backend that go into the merged text. */
const MOST_INSTRUCTIONS = 2048;

/** The answer of a single backend as its client may see it: experiments and unrouted extensions are left out. */
export function passedCapabilities(result: Payload, engine: Engine): Payload {
  const capabilities = result.span('capabilities');
  if (capabilities === undefined) return result;
  const inner = withoutMembers(result.slice(capabilities.start, capabilities.end), ['experimental']);
  const text = withPassedExtensions(inner, engine.config).text();
  return result.splice([{ start: capabilities.start, end: capabilities.end, text }]);
}

/**
 * What several backends can do together: what the open ones said, or, while one of them has not said
 * anything, all the gateway can route. Lists may always change, because policy and backends may.
 */
export function mergedCapabilities(session: Session, era: Era, revision: string): Json {
  const told = visibleTo(session).map(({ facts }) => facts?.capabilities);
  const any = (has: (capabilities: Json) => boolean) =>
    told.some((capabilities) => capabilities === undefined || has(capabilities));
  const with_ = (name: string) => any((capabilities) => capabilities[name] !== undefined);
  const subscribe = any(({ resources }) => (resources as Json | undefined)?.subscribe === true);
  return {
    ...(with_('tools') ? { tools: { listChanged: true } } : {}),
    ...(with_('prompts') ? { prompts: { listChanged: true } } : {}),
    ...(with_('resources') ? { resources: { listChanged: true, ...(subscribe ? { subscribe: true } : {}) } } : {}),
    ...(with_('completions') && revision > '2024-11-05' ? { completions: {} } : {}),
    ...(with_('logging') ? { logging: {} } : {}),
    ...(era === 'legacy' ? legacyTasks(told, revision) : modernExtensions(told, session.engine)),
  };
}

/** The instructions of the open backends, each under its name, each bounded; undefined when there are none. */
export function mergedInstructions(session: Session): string | undefined {
  const { engine } = session;
  if (engine.config.instructions === 'none') return undefined;
  const texts = visibleTo(session).flatMap(({ name, facts }) => {
    const text = facts?.instructions;
    if (text === undefined || text === '') return [];
    return [engine.prefixed ? `## ${name}\n${text.slice(0, MOST_INSTRUCTIONS)}` : text];
  });
  return texts.length === 0 ? undefined : texts.join('\n\n');
}

function legacyTasks(told: readonly (Json | undefined)[], revision: string): Json {
  if (
    revision < '2025-11-25' ||
    !told.some(
      (capabilities) =>
        capabilities === undefined || capabilities.tasks !== undefined || hasTasksExtension(capabilities),
    )
  )
    return {};
  return { tasks: { list: {}, cancel: {}, requests: { tools: { call: {} } } } };
}

function modernExtensions(told: readonly (Json | undefined)[], engine: Engine): Json {
  const found: Record<string, unknown> = {};
  for (const capabilities of told) {
    for (const [name, settings] of Object.entries((capabilities?.extensions ?? {}) as Json)) {
      if (passesExtension(name, engine.config)) found[name] ??= settings;
    }
  }
  if (told.some((capabilities) => capabilities === undefined || hasLegacyTasks(capabilities)))
    found[TASKS_EXTENSION] ??= {};
  return Object.keys(found).length === 0 ? {} : { extensions: found };
}
