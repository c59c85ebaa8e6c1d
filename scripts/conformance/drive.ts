/**
 * The client under test: `node drive.js direct|through|across URL`. The suite starts one process of it for each scenario,
 * and says in the environment which scenario that is.
 */
import type { Way } from './reach.ts';

const [, , way, url] = process.argv;
const scenario = process.env.MCP_CONFORMANCE_SCENARIO ?? '';
const serverIsModern = process.env.MCP_CONFORMANCE_PROTOCOL_VERSION === '2026-07-28';
// Across eras it is the client that speaks the other one: the suite decides what its server speaks.
const modern = serverIsModern !== (way === 'across');
const context = JSON.parse(process.env.MCP_CONFORMANCE_CONTEXT ?? '{}');

if (scenario.startsWith('auth/')) await authorize();
else await play();
process.exit(0);

async function authorize(): Promise<void> {
  if (way !== 'direct') {
    const { playAsUser } = await import('./user.ts');
    return await playAsUser(
      url!,
      way === 'across' ? (serverIsModern ? 'modern' : 'legacy') : 'auto',
      modern,
      scenario,
      context,
    );
  }
  const { playWithConsent } = await import('./consent.ts');
  await playWithConsent(url!, modern, context);
}

async function play(): Promise<void> {
  const { Client } = await import('@modelcontextprotocol/client');
  const { PLAYS } = await import('./plays.ts');
  const { reach } = await import('./reach.ts');
  const { act, answer, capabilities = {} } = PLAYS[scenario]!;
  const client = new Client(
    { name: 'sallyport-conformance', version: '1.0.0' },
    { capabilities, versionNegotiation: { mode: modern ? 'auto' : 'legacy' } },
  );
  if (answer !== undefined) {
    client.setRequestHandler('elicitation/create', () => ({ action: 'accept', content: answer }));
  }
  await client.connect(reach(way as Way, url!, serverIsModern ? 'modern' : 'legacy'));
  await act(client, context);
  await client.close();
}
