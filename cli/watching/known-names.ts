import type { KnownNamesGround } from '../../lib/metrics/known-names.ts';
import type { Config } from '../../lib/model/config.ts';

const GLOB = /[*?@[\]{}]/;

/** Names an operator has written down in full, which may be told apart in metrics. */
export function namesIn(config: Config): Omit<KnownNamesGround, 'isPinned'> {
  const { backends, policies, auth } = config;
  const tools = new Map<string, string[]>(backends.map(({ name }) => [name, []]));
  for (const { name, tools: lists } of backends) {
    const globs = lists.allowed.flatMap(({ patterns }) => patterns.map(({ glob }) => glob));
    tools.get(name)!.push(...globs.filter((glob) => !GLOB.test(glob)));
  }
  for (const { selector } of policies.rules) {
    const slash = selector.indexOf('/');
    const tool = selector.slice(slash + 1);
    if (slash > 0 && !GLOB.test(selector)) tools.get(selector.slice(0, slash))?.push(tool);
  }
  const clients = [
    ...auth.apiKeys.map(({ clientId }) => clientId),
    ...auth.certificates.map(({ clientId }) => clientId),
    ...policies.agents.map(({ name }) => name).filter((name) => !GLOB.test(name)),
  ];
  return { backends: backends.map(({ name }) => name), tools, clients };
}
