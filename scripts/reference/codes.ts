import { CODES } from '../../lib/model/codes.ts';

const AREAS: Readonly<Record<string, string>> = {
  '1': 'Config',
  '2': 'Authentication',
  '3': 'Policy',
  '4': 'Registry',
  '5': 'Backends',
  '6': 'Approval',
  '7': 'Audit',
  '8': 'Protocol',
};

/** `docs/reference/codes.md`: what every code means and what to do about it, from the code table. */
export function codesReference(): string {
  let area = '';
  const lines: string[] = [];
  for (const [code, { meaning, next }] of Object.entries(CODES)) {
    if (code[2] !== area) {
      area = code[2]!;
      lines.push(`## ${AREAS[area]}`, '');
    }
    lines.push(`### ${code}`, '', meaning, '', `Next: ${next}`, '');
  }
  return `# Codes

Every message, record and refusal carries one of these. Those that begin with SP11 are warnings.

${lines.join('\n')}`;
}
