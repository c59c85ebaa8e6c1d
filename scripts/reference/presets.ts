import type { ArgumentKind } from '../../lib/model/tool-shape.ts';
import { PRESETS } from '../../lib/presets/index.ts';
import type { Preset, PresetTool } from '../../lib/presets/preset.ts';
import { presetSandboxes } from './preset-sandboxes.ts';

const KINDS: Readonly<Record<ArgumentKind, string>> = {
  paths: 'path',
  sql: 'SQL',
  commands: 'command',
  domains: 'address',
};

/** `docs/reference/presets.md`: what is known of each tool of each preset. */
export function presetsReference(): string {
  return `# Presets

What is known of the tools of well-known servers; [Presets](../presets.md) says how it is used. Tools that share a row
are treated alike. [Sandboxes](#sandboxes), at the end, says what each server may touch.
${PRESETS.map(section).join('')}${presetSandboxes()}`;
}

function section(preset: Preset): string {
  const packages = Object.entries(preset.packages).map(([name, programs]) => `| \`${name}\` | ${code(programs!)} |`);
  const dialect = preset.dialect === undefined ? '' : `\nSQL is read as \`${preset.dialect}\`.\n`;
  return `
## ${preset.name}

| Package | Programs it installs |
|---|---|
${packages.join('\n')}
${dialect}
| Tools | Effect | Judged | Otherwise known | Unless a rule names it |
|---|---|---|---|---|
${rows(preset).join('\n')}
`;
}

/** One row for all tools of which the same is known, in the order of the first of each. */
function rows({ tools }: Preset): string[] {
  const alike = new Map<string, string[]>();
  for (const [name, tool] of Object.entries(tools)) {
    const known = [effect(tool), judged(tool), others(tool), tool.action ?? ''].join(' | ');
    alike.set(known, [...(alike.get(known) ?? []), name]);
  }
  return [...alike].map(([known, names]) => `| ${code(names)} | ${known} |`);
}

function effect({ kind, flags = [] }: PresetTool): string {
  return [`**${kind}**`, ...flags].join(', ');
}

function judged({ arguments: of = {} }: PresetTool): string {
  const kinds = Object.entries(of) as [ArgumentKind, readonly string[]][];
  return kinds.map(([kind, names]) => `${KINDS[kind]}: ${code(names)}`).join('; ');
}

function others({
  writes = [],
  base,
  excludes,
  walks,
  formFields = [],
  uploads = [],
  rows: hasRows,
}: PresetTool): string {
  const said = [
    writes.length === 0 ? '' : `writes to ${code(writes)}`,
    base === undefined ? '' : `relative paths begin at ${code([base])}`,
    excludes === undefined ? '' : `denied files are added to ${code([excludes])}`,
    walks === true ? 'denied files are left out of its answer' : '',
    formFields.length === 0 ? '' : `form fields: ${code(formFields)}`,
    uploads.length === 0 ? '' : `uploads: ${code(uploads)}`,
    hasRows === true ? 'answers with rows' : '',
  ];
  return said.filter((one) => one !== '').join('; ');
}

function code(names: readonly string[]): string {
  return names.map((name) => `\`${name}\``).join(' ');
}
