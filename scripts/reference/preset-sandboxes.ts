import { PRESETS } from '../../lib/presets/index.ts';
import type { Preset, PresetSandbox } from '../../lib/presets/preset.ts';

const FOLDERS: Readonly<Record<PresetSandbox['folders'], string>> = {
  arguments: 'the folders its arguments name, else the project',
  project: 'the project',
  none: '',
};

/** One row for each preset, and for each package that needs something besides. */
export function presetSandboxes(): string {
  return `
## Sandboxes

What each sandbox permits besides system folders and what the server is made of. Every server has a folder of its own,
which it finds again, and an empty temporary folder.

| Server | Reads | Writes | Network | Sockets of files | Memory | Variables |
|---|---|---|---|---|---|---|
${PRESETS.flatMap(rows).join('\n')}
`;
}

function rows({ name, sandbox, also = {} }: Preset): string[] {
  const others = Object.entries(also).map(([of, more]) => row(`\`${of}\``, { ...sandbox, ...more }));
  return [row(name, sandbox), ...others];
}

function row(name: string, sandbox: PresetSandbox): string {
  const { narrow, unixSockets = false, memoryBytes = 2e9 } = sandbox;
  const reads = narrow ? listed('what it writes', sandbox.reads) : 'all but credentials';
  const cells = [reads, writes(sandbox), network(sandbox), unixSockets ? 'yes' : 'no', `${memoryBytes / 1e9} GB`];
  return `| ${[name, ...cells, variables(sandbox)].join(' | ')} |`;
}

function writes({ folders, keeps, writes: others }: PresetSandbox): string {
  const kept = keeps === undefined ? '' : `its own folder, or that of the file in \`${keeps.variable}\``;
  return listed([FOLDERS[folders], kept].filter((one) => one !== '').join(', ') || 'its own folder', others);
}

function network({ network: kind, hosts, connects = [], usesProxy = false }: PresetSandbox): string {
  if (kind === 'none') return 'none';
  const urls = connects.map((name) => (name === 'arguments' ? 'URLs in its arguments' : `\`${name}\``));
  const named = [...(hosts ?? []).map((host) => `\`${host}\``), ...urls];
  const where = hosts === undefined ? 'what policy allows' : named.join(', ');
  return usesProxy ? `${where}, by the proxy alone` : where;
}

function variables({ variables: given = {} }: PresetSandbox): string {
  return Object.entries(given)
    .map(([name, value]) => `\`${name}=${value}\``)
    .join(' ');
}

function listed(first: string, others: readonly string[] = []): string {
  return [first, ...others.map((one) => `\`${one}\``)].join(', ');
}
