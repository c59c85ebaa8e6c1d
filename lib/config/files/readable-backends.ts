import type { RawBackend } from '../schema/schema.ts';

/** As much of the backends of a faulty config as can be judged, each at its place in the list. */
export function readableBackends(value: unknown): RawBackend[] {
  const list = (value as { backends?: unknown } | null)?.backends;
  if (!Array.isArray(list)) return [];
  return list.map((entry: unknown): RawBackend => {
    const { name, command, args, env, url, headers } = (entry ?? {}) as Record<string, unknown>;
    return {
      name: typeof name === 'string' ? name : '',
      command: typeof command === 'string' ? command : '',
      args: Array.isArray(args) ? args.filter((arg) => typeof arg === 'string') : [],
      env: texts(env),
      url: typeof url === 'string' ? url : '',
      headers: texts(headers),
    };
  });
}

function texts(map: unknown): Record<string, string> {
  const entries = typeof map === 'object' && map !== null ? Object.entries(map) : [];
  return Object.fromEntries(entries.filter(([, text]) => typeof text === 'string'));
}
