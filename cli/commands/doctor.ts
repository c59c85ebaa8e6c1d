import { PassThrough } from 'node:stream';
import { type JudgedTool, judgedTool } from '../../lib/authoring/judged-tools.ts';
import { checkTools } from '../../lib/config/faults/tools.ts';
import { type Problem, showProblem } from '../../lib/config/problems.ts';
import type { Backend } from '../../lib/gateway/ports.ts';
import type { Outage } from '../../lib/model/server.ts';
import { compose, type Running } from '../compose.ts';
import { launchersOf } from '../launchers.ts';
import { columns, EXIT, print, printJson, shown } from '../output/print.ts';
import { groundAlone } from '../policy/ground.ts';
import { listedTools } from '../policy/live-tools.ts';
import type { Proved } from '../sandbox/proof.ts';
import { judgedToolsText } from '../views/judged-tools.ts';
import { adviceText, provedText } from '../views/proved.ts';

export interface DoctorOptions {
  readonly config?: string;
  readonly profile?: 'balanced' | 'strict';
  readonly json?: boolean;
}

interface Finding {
  readonly what: string;
  readonly ok: boolean;
  readonly said: string;
}

/** Starts every backend once, lists what it offers, and proves that this very setup refuses what it must. */
export async function doctor(options: DoctorOptions): Promise<number> {
  const running = await compose({ config: options.config, overrides: { profile: options.profile } });
  const { gateway, config } = running;
  const findings: Finding[] = [nodeVersion(), auditFolder(running)];
  const problems: Problem[] = [];
  const judged: JudgedTool[] = [];
  const proved: Proved[] = [];
  try {
    const session = gateway.connect(new PassThrough(), new PassThrough().resume(), running.user, () => {});
    findings.push(...(await launchers(running)));
    findings.push(...(await destinations(running)));
    findings.push(...(await Promise.all(gateway.backends.map((backend) => examine(running, backend)))));
    const { proveSandboxes } = await import('../sandbox/proof.ts');
    proved.push(...(await proveSandboxes(running)));
    findings.push(...proved.map(({ backend, ok, said }) => ({ what: `sandbox ${backend}`, ok, said })));
    const tools = await Promise.all(gateway.backends.map((backend) => listedTools(running, backend, session)));
    const ground = await groundAlone(config);
    for (const [index, names] of tools.entries()) {
      if (names === undefined) continue;
      problems.push(...checkTools(config.backends[index]!, names, config));
      const { name: own, catalog } = gateway.backends[index]!;
      judged.push(...names.map((name) => judgedTool(own, name, catalog.tool(name).shape, ground)));
    }
    findings.push(...(await refusals(running)));
  } finally {
    await running.close(true);
  }
  const ok = findings.every((finding) => finding.ok);
  if (options.json === true)
    printJson({ ok, policy: config.revision, findings, problems, sandboxes: proved, tools: judged });
  else {
    print(columns(findings.map(({ what, ok: fine, said }) => [fine ? 'ok  ' : 'FAIL', what, shown(said, 400)])));
    if (proved.some(({ driver }) => driver !== undefined)) print(provedText(proved));
    if (proved.some(({ fix }) => fix !== undefined)) print(adviceText(proved));
    if (judged.length > 0) print(judgedToolsText(judged));
    for (const problem of problems) print(showProblem(problem));
  }
  return ok ? EXIT.ok : EXIT.unavailable;
}

function nodeVersion(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return {
    what: 'node',
    ok: major > 20 || (major === 20 && minor >= 19),
    said: `${process.version}, needed: 20.19 or newer`,
  };
}

/** The programs that launch backends: a missing one explains why nothing starts. */
async function launchers({ config }: Running): Promise<Finding[]> {
  const found = await launchersOf(config.backends.map(({ command }) => command));
  return found.map(({ command, ok, said }) => ({ what: `launcher ${command}`, ok, said }));
}

function auditFolder(running: Running): Finding {
  const { audit, config } = running;
  if (!config.audit.enabled) return { what: 'audit', ok: true, said: 'switched off' };
  audit.event('doctor', {});
  const written = audit.commit();
  return {
    what: 'audit',
    ok: written,
    // Known for sure only once something was written.
    said: written ? `records go to ${running.auditDir}` : `cannot write to ${config.audit.dir} (SP7001)`,
  };
}

/** Where records are sent besides the log: can it be reached? No record is sent. */
async function destinations({ config }: Running): Promise<Finding[]> {
  const { shipping } = config.audit;
  if (shipping === undefined || !config.audit.enabled) return [];
  const { receiversOf } = await import('../audit/shipping.ts');
  return Promise.all(
    receiversOf(shipping).map(async (receiver): Promise<Finding> => {
      const what = `audit to ${receiver.name}`;
      return receiver.reach().then(
        (said) => ({ what, ok: true, said }),
        (error: Error) => ({ what, ok: false, said: `${error.message} (SP7020)` }),
      );
    }),
  );
}

/** One backend: does it start, in which revision, and what does it offer? */
async function examine({ gateway }: Running, backend: Backend): Promise<Finding> {
  const what = `backend ${backend.name}`;
  const begun = performance.now();
  const outage = await new Promise<Outage | undefined>((resolve) =>
    gateway.turn.run(() => backend.open(undefined, resolve)),
  );
  if (outage !== undefined) return { what, ok: false, said: `${outage.text} (${outage.code})${hintOf(outage)}` };
  const ms = Math.round(performance.now() - begun);
  const { version, capabilities } = backend.facts!;
  const offers = Object.keys(capabilities).join(', ') || 'nothing';
  return { what, ok: true, said: `ready in ${ms} ms, revision ${version}, offers ${offers}` };
}

function hintOf({ hint }: Outage): string {
  return hint === undefined ? '' : `; ${hint}`;
}

/** Known-bad messages, put through a session of this very gateway. */
async function refusals({ gateway, user }: Running): Promise<Finding[]> {
  const client = new DoctorClient();
  gateway.connect(client.toGateway, client.fromGateway, user, () => {});
  const early = await client.ask('{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{"name":"x"}}');
  const twice = await client.ask('{"jsonrpc":"2.0","id":2,"method":"ping","method":"tools/call"}');
  const unknown = await client.ask('{"jsonrpc":"2.0","id":3,"method":"nobody/knows"}');
  const probe = await client.ask('{"jsonrpc":"2.0","id":4,"method":"ping"}');
  return [
    { what: 'refuses', ok: early.includes('"error"'), said: 'a call before initialize' },
    { what: 'refuses', ok: twice.includes('"error"'), said: 'a message with a key that stands twice' },
    { what: 'refuses', ok: unknown.includes('"error"'), said: 'an unknown method' },
    { what: 'answers', ok: probe.includes('"result"'), said: 'the next good message on the same connection' },
  ];
}

class DoctorClient {
  readonly toGateway = new PassThrough();
  readonly fromGateway = new PassThrough();

  /** Sends one line and resolves with the next line that comes back. */
  ask(line: string): Promise<string> {
    const answer = new Promise<string>((resolve) =>
      this.fromGateway.once('data', (chunk: Buffer) => resolve(chunk.toString('utf8'))),
    );
    this.toGateway.write(`${line}\n`);
    return answer;
  }
}
