import type { BackendConfig, Config } from '../../model/config.ts';
import { compileGlob } from '../../policy/glob.ts';
import { exposedName } from '../../protocol/names.ts';
import { nearest, type Problem } from '../problems.ts';

/** What only shows once a backend has listed its tools: rules that match none, and names that do not fit. */
export function checkTools(backend: BackendConfig, tools: readonly string[], { names }: Config): Problem[] {
  return [...idlePatterns(backend, tools), ...(names.prefix ? shortened(backend, tools, names) : [])];
}

/** A rule that matches nothing protects nothing, or grants nothing. */
function idlePatterns({ name, tools: lists }: BackendConfig, tools: readonly string[]): Problem[] {
  const patterns = [...lists.allowed.flatMap((list) => list.patterns), ...lists.denied];
  return patterns.flatMap(({ glob, rule, source }): Problem[] => {
    const matches = compileGlob(glob, 'anything');
    if (tools.some((tool) => matches(tool))) return [];
    const suggestion = nearest(glob, tools);
    return [
      {
        code: 'SP1101',
        severity: 'warning',
        message: `"${glob}" (${rule}) matches none of the ${tools.length} tools of ${name}`,
        where: source,
        help: suggestion === undefined ? `its tools: ${tools.join(', ')}` : `did you mean "${suggestion}"?`,
      },
    ];
  });
}

function shortened(
  { name }: BackendConfig,
  tools: readonly string[],
  { prefix, maxLength }: Config['names'],
): Problem[] {
  return tools.flatMap((tool): Problem[] => {
    const shown = exposedName(name, tool, { prefix, maxLength });
    if (shown === `${name}__${tool}`) return [];
    return [
      {
        code: 'SP1106',
        severity: 'warning',
        message: `clients see ${name}/${tool} as "${shown}"`,
        where: `${name}/${tool}`,
        help: 'Shorten the name of the backend, or raise `names.max_length` if every client takes longer names.',
      },
    ];
  });
}
