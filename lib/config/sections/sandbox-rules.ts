import type { Allowed, Pattern } from '../../model/lists.ts';
import type { PathRule, ToolRule } from '../../model/rules.ts';
import type { Reading } from '../files/reading.ts';
import { Spot } from '../files/spot.ts';
import { domainsOf, emptyRule } from './tool-rules.ts';

/**
 * What sections about sandboxes say of arguments: the hosts and folders a backend may reach are those its calls may
 * name, so that a call is refused with a reason before the sandbox refuses it without one.
 */
export function sandboxRules(reading: Reading): ToolRule[] {
  const ofBackends = Spot.all(reading, ['backends']).flatMap((list) =>
    list.members().flatMap(({ spot }) => {
      const { name } = spot.value as { readonly name: string };
      return rulesOf(spot.at('sandbox'), `${name}/*`);
    }),
  );
  return [...ofBackends, ...Spot.all(reading, ['security', 'sandbox']).flatMap((spot) => rulesOf(spot, '*'))];
}

function rulesOf(sandbox: Spot, selector: string): ToolRule[] {
  if (sandbox.value === undefined) return [];
  const place = { value: undefined, ...sandbox.place };
  const domains = domainsOf(sandbox);
  const paths = pathsOf(sandbox);
  if (domains === undefined && paths === undefined) return [];
  return [{ ...emptyRule(selector, place, sandbox.rank), domains, paths }];
}

/** Only with a list of what may be read is every other path refused; what may be written is among it. */
function pathsOf(sandbox: Spot): PathRule | undefined {
  const read = sandbox.allowed('read');
  const deny = sandbox.patterns('deny');
  if (read === undefined && deny.length === 0) return undefined;
  return {
    ...sandbox.place,
    layer: sandbox.rank,
    in: undefined,
    allow: read && { ...read, patterns: [...written(sandbox, read), ...read.patterns] },
    deny,
    requireApproval: [],
    readOnly: read?.patterns ?? [],
    maxDepth: undefined,
    rewrite: true,
    fenced: true,
  };
}

/** What may be written, which is the project unless something is said. */
function written(sandbox: Spot, { rule, source }: Allowed): readonly Pattern[] {
  return sandbox.at('write').value === undefined ? [{ glob: '.', rule, source }] : sandbox.patterns('write');
}
