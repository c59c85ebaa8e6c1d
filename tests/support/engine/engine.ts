import { PassThrough } from 'node:stream';
import type { TestContext } from 'node:test';
import { CHECKS } from '../../../lib/checks/index.ts';
import { readSource } from '../../../lib/config/files/source.ts';
import { validateSource } from '../../../lib/config/files/validate.ts';
import { resolveConfig } from '../../../lib/config/resolve.ts';
import type { ClientSession } from '../../../lib/gateway/client/session.ts';
import { Gateway } from '../../../lib/gateway/gateway.ts';
import { Turn } from '../../../lib/gateway/turn.ts';
import type { Approvals } from '../../../lib/model/approvals.ts';
import type { BackendConfig, Config } from '../../../lib/model/config.ts';
import type { Era } from '../../../lib/model/era.ts';
import type { Server } from '../../../lib/model/server.ts';
import type { CheckDefinition } from '../../../lib/policy/check.ts';
import type { Policy } from '../../../lib/policy/policy.ts';
import type { PolicyState } from '../../../lib/policy/state.ts';
import { PinBook } from '../../../lib/registry/pin-book.ts';
import type { PinFiles } from '../../../lib/registry/pin-files.ts';
import { ByteBudget } from '../../../lib/wire/budget.ts';
import { RecordedAudit } from '../audit/recorded-audit.ts';
import { ClientPeer } from '../mcp/client.ts';
import { modernMeta } from '../mcp/eras.ts';
import type { Message } from '../mcp/lines.ts';
import { ScriptedServer, type ServerSurroundings } from '../mcp/scripted-server.ts';
import { compiled, stateInMemory } from '../policy/policy-state.ts';

export interface EngineOptions {
  /** That of the clients and, unless told otherwise, of the servers. */
  readonly era?: Era;
  readonly serverEra?: Era;
  /** The config does not say which era the servers speak. */
  readonly findOut?: boolean;
  /** Names of the backends; one, `server`, unless told otherwise. */
  readonly backends?: readonly string[];
  /** More of the config file, as YAML. */
  readonly config?: string;
  readonly checks?: readonly CheckDefinition[];
  /** Milliseconds after which a backend nobody needs is ended. */
  readonly idleMs?: number;
  /** Makes the servers, where they are not scripted. */
  readonly makeServer?: (config: BackendConfig, surroundings: ServerSurroundings) => Server;
  /** Where pins are kept; without it nothing is pinned. */
  readonly pins?: PinFiles;
  /** How the backends are launched, as pins name it. */
  readonly launch?: string;
  /** What checks need is loaded when it is first asked for. */
  readonly isCold?: boolean;
  /** Who has people asked [nobody can be]. */
  readonly approvals?: Approvals;
  /** What checks remember and ask, where the test has something else in mind than memory. */
  readonly state?: Partial<PolicyState>;
}

/** A whole gateway in the test's own process: real engine, scripted backends, clients on in-memory streams. */
export interface TestEngine {
  readonly gateway: Gateway;
  readonly audit: RecordedAudit;
  /** What the log was told. */
  readonly logged: { readonly event: string; readonly fields: Readonly<Record<string, unknown>> }[];
  /** The first backend. */
  readonly server: ScriptedServer;
  readonly servers: readonly ScriptedServer[];
  /** Further processes of the same backends, in the order they were made. */
  readonly twins: readonly ScriptedServer[];
  /** Called with each of them before it is started. */
  onTwin: ((twin: ScriptedServer) => void) | undefined;
  /** Connects one more client of the user `subject`; its handshake is not done. */
  client(subject: string): EngineClient;
  /** Moves the gateway's clock on by `ms`: what expires by date does; timers are not touched. */
  pass(ms: number): void;
}

export function createEngine(t: TestContext, options: EngineOptions = {}): TestEngine {
  const { era = 'legacy', serverEra = era, backends = ['server'], checks = CHECKS } = options;
  const eras = Object.fromEntries(
    backends.map((name) => [name, options.findOut === true ? 'auto' : serverEra] as const),
  );
  const read = configOf(eras, options.config ?? '');
  const { idleMs } = options;
  const backendsThatRest = read.backends.map((backend) => {
    const { sandbox } = backend;
    return { ...backend, sandbox: { ...sandbox, limits: { ...sandbox.limits, idleMs } } };
  });
  const config = { ...read, backends: backendsThatRest };
  const audit = new RecordedAudit();
  const logged: { event: string; fields: Readonly<Record<string, unknown>> }[] = [];
  const turn = new Turn(audit);
  const budget = new ByteBudget(64 * 1024 * 1024);
  const { limits } = config;
  const surroundings = { limits, budget, turn: (work: () => void) => turn.run(work) };
  const servers = backends.map((name) => new ScriptedServer(name, serverEra, surroundings));
  const unused = new Set(servers);
  const isOff = config.registry.pin === 'off';
  const registry = options.pins && !isOff ? pinBook(config, options, options.pins, audit) : undefined;
  const twins: ScriptedServer[] = [];
  let passed = 0;
  const policy = compiled(config, checks, stateInMemory({ ...(registry && { pins: registry }), ...options.state }));
  const gateway = new Gateway({
    version: '0.0.0-test',
    config,
    policy: options.isCold === true ? policy : warmed(policy),
    turn,
    audit,
    log: { write: (_level, event, fields = {}) => logged.push({ event, fields }) },
    clock: { now: () => Date.now() + passed, monotonic: () => performance.now() + passed },
    budget,
    eras: { recall: () => ({}), note: () => {} },
    registry,
    approvals: options.approvals,
    makeServer: (backend) => {
      if (options.makeServer !== undefined) return options.makeServer(backend, surroundings);
      const { name } = backend;
      const first = [...unused].find((server) => server.name === name);
      if (first !== undefined) {
        unused.delete(first);
        return first;
      }
      const twin = new ScriptedServer(name, serverEra, surroundings);
      twins.push(twin);
      engine.onTwin?.(twin);
      return twin;
    },
  });
  t.after(() => gateway.close(true));
  const engine: TestEngine = {
    gateway,
    audit,
    logged,
    server: servers[0]!,
    servers,
    twins,
    onTwin: undefined,
    client: (subject) => new EngineClient(gateway, subject, era),
    pass: (ms) => {
      passed += ms;
    },
  };
  return engine;
}

function pinBook(config: Config, { launch = 'scripted' }: EngineOptions, files: PinFiles, audit: RecordedAudit) {
  const { pin } = config.registry;
  const known = new Map(config.backends.map((backend) => [backend.name, backend.enforce]));
  const launchOf = (name: string) => {
    const enforced = known.get(name);
    return enforced === undefined ? undefined : { launch: { fingerprint: launch }, enforced };
  };
  return new PinBook(launchOf, {
    config: { ...config.registry, pin: pin === 'strict' ? 'strict' : 'tofu' },
    files,
    report: (event, fields) => audit.event(event, fields),
    now: () => Date.now(),
  });
}

/** A policy that decides at once, as it does a moment after the start. */
function warmed(policy: Policy): Policy {
  policy.warm();
  return policy;
}

/** A client on in-memory streams. */
export class EngineClient extends ClientPeer {
  readonly session: ClientSession;
  readonly #gateway: Gateway;
  readonly #input = new PassThrough();

  constructor(gateway: Gateway, subject: string, era: Era) {
    super();
    this.#gateway = gateway;
    const output = new PassThrough();
    output.setEncoding('utf8').on('data', (text: string) => this.take(text));
    this.session = gateway.connect(this.#input, output, subject, () => {});
    if (era === 'modern') this.meta = modernMeta();
  }

  override write(text: string | Buffer): void {
    this.#input.write(text);
  }

  /** Says what a modern client can do; a legacy one says so in `initialize`. */
  declare(capabilities: Message): void {
    this.meta = modernMeta(capabilities);
  }

  /** Leaves, as a client does that closes its output. */
  leave(): void {
    this.#input.end();
  }

  /** Its session is over. */
  end(): void {
    this.#gateway.turn.run(() => this.session.end());
  }
}

/** The config of scripted backends, each of the era given for its name. */
export function configOf(backends: Readonly<Record<string, Era | 'auto'>>, more: string): Config {
  const entries = Object.entries(backends).map(
    ([name, era]) => `  - { name: ${name}, command: scripted, era: ${era} }\n`,
  );
  const source = readSource('test.yaml', `version: 1\nbackends:\n${entries.join('')}${more}`, {});
  const { config, problems } = validateSource(source);
  if (config === undefined) throw new Error(JSON.stringify(problems));
  const nowhere = {
    configFile: '/home/ana/.config/sallyport/config.yaml',
    stateDir: '/home/ana/.local/state/sallyport',
    auditDir: '/home/ana/.local/state/sallyport/audit',
    logDir: '/home/ana/.local/state/sallyport/log',
    fallbackDir: '/home/ana/.cache/sallyport',
    homeDir: '/home/ana',
    projectDir: '/home/ana/project',
  };
  return resolveConfig([{ source, config }], {}, nowhere).config;
}
