import { printable } from '../../model/printable.ts';
import { safeJson } from '../../model/safe-json.ts';

/** A value that is written with a remark behind it, or, where it spans lines, above it. */
export class Remarked {
  readonly value: unknown;
  readonly remark: string;

  constructor(value: unknown, remark: string) {
    this.value = value;
    this.remark = remark;
  }
}

const PLAIN = /^[A-Za-z][A-Za-z0-9_-]*$/;
/** What a reader of YAML could take for something else than text. */
const READ_OTHERWISE = /^(?:true|false|null|yes|no|on|off|y|n)$/i;

/** Plain data as YAML that reads back as the same data. */
export function yamlText(value: Readonly<Record<string, unknown>>): string {
  return `${mapLines(value, '').join('\n')}\n`;
}

function mapLines(value: object, indent: string): string[] {
  return Object.entries(value).flatMap(([key, inner]) => entryLines(`${indent}${scalar(key)}:`, inner, `${indent}  `));
}

function entryLines(head: string, entry: unknown, indent: string): string[] {
  const { value, remark } = entry instanceof Remarked ? entry : { value: entry, remark: undefined };
  if (value === undefined) return [];
  const behind = remark === undefined ? '' : ` # ${printable(remark, 300)}`;
  if (!isNested(value)) return [`${head} ${inline(value)}${behind}`];
  const above = remark === undefined ? [] : [`${head.replace(/\S.*$/, '')}# ${printable(remark, 300)}`];
  return [...above, head, ...(Array.isArray(value) ? listLines(value, indent) : mapLines(value as object, indent))];
}

function listLines(list: readonly unknown[], indent: string): string[] {
  return list.flatMap((entry) => {
    const { value, remark } = entry instanceof Remarked ? entry : { value: entry, remark: undefined };
    const behind = remark === undefined ? '' : ` # ${printable(remark, 300)}`;
    if (!isNested(value)) return [`${indent}- ${inline(value)}${behind}`];
    if (Array.isArray(value)) return [`${indent}-${behind}`, ...listLines(value, `${indent}  `)];
    const lines = mapLines(value as object, `${indent}  `);
    const above = remark === undefined ? [] : [`${indent}# ${printable(remark, 300)}`];
    return [...above, `${indent}- ${lines[0]!.trimStart()}`, ...lines.slice(1)];
  });
}

/** Whether a value takes lines of its own. */
function isNested(value: unknown): boolean {
  return typeof value === 'object' && value !== null && Object.keys(value).length > 0;
}

function inline(value: unknown): string {
  if (typeof value === 'string') return scalar(value);
  if (Array.isArray(value)) return '[]';
  return typeof value === 'object' && value !== null ? '{}' : safeJson(value);
}

function scalar(text: string): string {
  return PLAIN.test(text) && !READ_OTHERWISE.test(text) ? text : safeJson(text);
}
