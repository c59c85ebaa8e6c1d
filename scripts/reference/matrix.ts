import { SERVERS, type ServerKind } from '../../tests/fixtures/matrix/kinds.ts';
import type { ClientKind } from '../../tests/support/matrix/client.ts';
import { FEATURES } from '../../tests/support/matrix/scenarios/index.ts';
import { cellOf } from '../../tests/support/matrix/table.ts';

/** The clients that see the same, each with a kind that stands for them. */
const CLIENTS: Readonly<Record<string, ClientKind>> = {
  'Clients of 2025-11-25, on the first and on the second official SDK': 'sdk-v1',
  'A client of 2026-07-28, on the second official SDK': 'sdk-v2-modern',
  'A client of 2024-11-05, without an SDK': 'raw-2024',
};

const SERVER_TITLES: Readonly<Record<ServerKind, string>> = {
  'sdk-v1': 'SDK 1, 2025-11-25',
  'sdk-v2-legacy': 'SDK 2, 2025-11-25',
  'sdk-v2-modern': 'SDK 2, 2026-07-28',
  'raw-2024': 'no SDK, 2024-11-05',
  'http-legacy': 'HTTP, 2025-11-25',
  'http-modern': 'HTTP, 2026-07-28',
  sse: 'HTTP+SSE, 2025-11-25',
};

/** `docs/reference/matrix.md`: what works between which client and which server, from the table of the test. */
export function matrixReference(): string {
  const notes: string[] = [];
  const tables = Object.entries(CLIENTS).map(([title, client]) => `## ${title}\n\n${tableOf(client, notes)}\n`);
  return `# Every client with every server

A test runs each cell: one gateway stands before all seven servers at once, and each of the four clients does with each
server what the feature is for, once over the standard streams of \`sallyport run\` and once over HTTP with \`sallyport
serve\`. The last three servers are reached by \`url\`, the others are started. ✓ means that it works, – that it cannot;
a number leads to what there is to know, and a cell with – is tested for exactly what its note says.

${tables.join('\n')}
## Notes

${notes.map((note, index) => `${index + 1}. ${note}`).join('\n')}
`;
}

function tableOf(client: ClientKind, notes: string[]): string {
  const head = `| | ${SERVERS.map((server) => SERVER_TITLES[server]).join(' | ')} |\n|---|${'---|'.repeat(SERVERS.length)}`;
  const rows = FEATURES.map((feature) => {
    const cells = SERVERS.map((server) => {
      const { works, note } = cellOf(client, server, feature);
      return `${works ? '✓' : '–'}${note === undefined ? '' : ` ${numberOf(note, notes)}`}`;
    });
    return `| ${feature.replace('_', '\\_')} | ${cells.join(' | ')} |`;
  });
  return [head, ...rows].join('\n');
}

function numberOf(note: string, notes: string[]): number {
  if (!notes.includes(note)) notes.push(note);
  return notes.indexOf(note) + 1;
}
