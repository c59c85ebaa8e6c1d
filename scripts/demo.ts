/** Runs the main job on the official servers with the official client, and says what happens at each step. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { descendants, type Process } from './process-tree.ts';

// biome-ignore lint/suspicious/noExplicitAny: the demonstration shows answers of any shape.
type Answer = any;

const ROOT = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const CLI = join(ROOT, 'dist', 'sallyport.cjs');
const official = (name: string) =>
  join(ROOT, 'node_modules', '@modelcontextprotocol', `server-${name}`, 'dist', 'index.js');

const folder = mkdtempSync(join(tmpdir(), 'sallyport-demo-'));
const project = join(folder, 'project');
const audit = join(folder, 'audit');
let failures = 0;

mkdirSync(project);
writeFileSync(join(project, 'notes.txt'), 'The gate has two doors.\n');
writeFileSync(join(project, 'big.txt'), 'line of a big file\n'.repeat(20_000));
writeFileSync(join(folder, 'sallyport.yaml'), config());

try {
  await main();
} finally {
  rmSync(folder, { recursive: true, force: true });
}
process.exit(failures === 0 ? 0 : 1);

async function main(): Promise<void> {
  say('One client, one gateway, three official servers: filesystem, memory, everything.');
  const client = new Client({ name: 'demo-client', version: '1.0.0' }, { capabilities: { sampling: {} } });
  client.setRequestHandler('sampling/createMessage', async () => ({
    model: 'demo-model',
    role: 'assistant',
    content: { type: 'text', text: 'an answer of the model' },
  }));
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: [CLI, 'run', '--config', join(folder, 'sallyport.yaml')],
    env: { ...(process.env as Record<string, string>), XDG_STATE_HOME: join(folder, 'state') },
  });
  step('The client starts the gateway as its MCP server');
  await client.connect(transport);
  const gateway = transport.pid!;
  show(
    `server: ${client.getServerVersion()!.name} ${client.getServerVersion()!.version}; no backend runs yet:`,
    descendants(gateway),
  );

  await list(client);
  await allowed(client, gateway);
  await refused(client);

  step('The client leaves; every process the gateway started is gone');
  const before = descendants(gateway);
  show('running before:', before);
  await client.close();
  const after = before.filter(({ pid }) => alive(pid));
  show('running after:', after);
  expect(after.length === 0, 'no process is left');

  step('The log proves what happened');
  sallyport('audit', 'verify', audit);
  sallyport('audit', 'query', '--dir', audit, '--decision', 'deny');
  say(failures === 0 ? '\nAll of it went as it should.' : `\n${failures} expectations failed.`);
}

async function list(client: Client): Promise<void> {
  step('It lists tools: those of all servers, under their names, without the denied ones');
  const { tools } = await client.listTools();
  for (const backend of ['files', 'memory', 'everything']) {
    const names = tools
      .filter(({ name }) => name.startsWith(`${backend}__`))
      .map(({ name }) => name.slice(backend.length + 2));
    say(`  ${backend.padEnd(10)} ${names.length} tools: ${names.slice(0, 6).join(', ')}, …`);
  }
  expect(!tools.some(({ name }) => name === 'files__write_file'), 'write_file is denied, so it is not listed');
}

async function allowed(client: Client, gateway: number): Promise<void> {
  step('Allowed calls go through');
  const read = await call(client, 'files__read_text_file', { path: join(project, 'notes.txt') });
  expect(read.includes('two doors'), 'the file was read');
  const entities = [{ name: 'Sallyport', entityType: 'gateway', observations: ['has two doors'] }];
  await call(client, 'memory__create_entities', { entities });
  expect((await call(client, 'memory__read_graph', {})).includes('Sallyport'), 'the graph remembers it');
  expect((await call(client, 'everything__get-sum', { a: 20, b: 22 })).includes('42'), 'the sum is right');
  const sampled = await call(client, 'everything__trigger-sampling-request', {
    prompt: 'say something',
    maxTokens: 10,
  });
  expect(sampled.includes('an answer of the model'), 'the server asked the client, through the gateway');
  show('processes now:', descendants(gateway));
}

async function refused(client: Client): Promise<void> {
  step('What policy forbids is refused, with a reason for the model and a code for programs');
  const target = join(project, 'new.txt');
  expect(
    (await call(client, 'files__write_file', { path: target, content: 'x' })).includes('Unknown tool'),
    'a denied tool does not exist',
  );
  expect(
    (await call(client, 'everything__get-env', {})).includes('Unknown tool'),
    'nor does one that shows the environment',
  );
  const slow = await call(client, 'everything__trigger-long-running-operation', { duration: 30, steps: 3 });
  expect(slow.includes('SP5003'), 'a call that takes too long is cancelled');
  const big = await call(client, 'files__read_text_file', { path: join(project, 'big.txt') });
  expect(big.includes('SP3012'), 'an answer that is too large is cut or withheld, and says so');
}

/** Calls a tool and prints one line; an error is an answer like any other. */
async function call(client: Client, name: string, args: Record<string, unknown>): Promise<string> {
  const answer: Answer = await client.callTool({ name, arguments: args }).catch((error) => ({ error: error.message }));
  const text: string = answer.error ?? answer.content.map((block: Answer) => block.text ?? `[${block.type}]`).join(' ');
  const mark = answer.error !== undefined || answer.isError === true ? '✗' : '✓';
  const end = text.length > 150 ? ` … ${text.slice(-90)}` : '';
  say(`  ${mark} ${name} → ${`${text.slice(0, 60 + (end === '' ? 90 : 0))}${end}`.replaceAll('\n', ' ')}`);
  return text;
}

function config(): string {
  const backend = (name: string, server: string, args: string[], more: object) =>
    `  - ${JSON.stringify({ name, command: process.execPath, args: [official(server), ...args], ...more })}\n`;
  const limits = { execution_timeout_secs: 2 };
  return [
    'version: 1\nbackends:\n',
    backend('files', 'filesystem', [project], {
      denied_tools: ['write_file', 'edit_file', 'move_file', 'create_directory'],
      limits: { max_response_bytes: 100_000 },
    }),
    backend('memory', 'memory', [], {
      denied_tools: ['delete_*'],
      env: { MEMORY_FILE_PATH: join(folder, 'memory.jsonl') },
    }),
    backend('everything', 'everything', [], { denied_tools: ['get-env'], limits }),
    `audit: ${JSON.stringify({ dir: audit })}\n`,
  ].join('');
}

function sallyport(...args: string[]): void {
  const { stdout, stderr, status } = spawnSync(process.execPath, [CLI, ...args], { encoding: 'utf8' });
  say(`  $ sallyport ${args.join(' ').replaceAll(folder, '…')}`);
  for (const line of `${stdout}${stderr}`.trimEnd().split('\n')) say(`    ${line.replaceAll(folder, '…')}`);
  expect(status === 0, 'exit code 0');
}

function show(title: string, processes: readonly Process[]): void {
  say(`  ${title} ${processes.length === 0 ? 'none' : ''}`);
  for (const { pid, command } of processes)
    say(`    ${pid}  ${command.replaceAll(ROOT, '.').replaceAll(folder, '…').slice(0, 100)}`);
}

/** The dead that nobody has reaped do not count: the first process of a sandbox is left to that of the machine. */
function alive(pid: number): boolean {
  const { status, stdout } = spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' });
  return status === 0 && !stdout.trim().startsWith('Z');
}

function step(title: string): void {
  say(`\n• ${title}`);
}

function expect(held: boolean, what: string): void {
  if (!held) failures++;
  say(`    ${held ? 'ok' : 'FAILED'}: ${what}`);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
