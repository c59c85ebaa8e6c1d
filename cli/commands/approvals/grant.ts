import type { GivenGrant } from '../../../lib/model/approval-desk.ts';
import type { LiveStatus } from '../../../lib/model/live-status.ts';
import type { Reached } from '../../local/gateways.ts';
import { CommandError, EXIT, print, printJson, shown } from '../../output/print.ts';
import { checkReason, durationOf } from './answer.ts';
import { type WhichOptions, withGateways } from './found.ts';

export interface GrantOptions extends WhichOptions {
  readonly tool: string;
  readonly argsHash?: string;
  readonly anyArgs?: boolean;
  readonly ttl: string;
  readonly reason: string;
  readonly config?: string;
  readonly serve?: boolean;
  readonly profile?: 'balanced' | 'strict';
  readonly json?: boolean;
}

type Given = Omit<GivenGrant, 'by' | 'assurance'>;

interface Granted {
  readonly grant: string;
  readonly by: string;
  readonly assurance: string;
  readonly policy: string;
}

/** Agrees to a call before anybody asks, where nobody can be asked then. `line` is how its gateway will be started. */
export async function approvalsGrant(line: readonly string[], options: GrantOptions): Promise<number> {
  const given = givenIn(options);
  const isNamed = line.length > 0 || [options.config, options.serve, options.profile].some((one) => one !== undefined);
  if (isNamed && options.gateway !== undefined) {
    throw new CommandError('`--gateway` names one that runs, which has read its config: leave the config away');
  }
  const granted = isNamed
    ? await grantedHere(given, line, options, false)
    : await withGateways(options, async (reached) => {
        const at = await theGateway(reached, given.resource, options);
        return at === undefined ? grantedHere(given, line, options, reached.length > 0) : grantedThere(given, at);
      });
  if (options.json === true) printJson({ ok: true, ...given, ...granted });
  else {
    const { grant, by, assurance, policy } = granted;
    const what = `one call of ${shown(given.resource)}, for ${shown(options.ttl)}`;
    print(
      `Granted ${shown(grant)} for ${what}, under the policy ${shown(policy)}, as ${shown(by)} (${shown(assurance)}).`,
    );
  }
  return EXIT.ok;
}

function givenIn({ tool, argsHash, anyArgs, reason, ttl }: GrantOptions): Given {
  if (!/^[^/]+\/./s.test(tool)) throw new CommandError(`--tool "${tool}": write it as backend/tool`);
  if ((argsHash === undefined) === (anyArgs !== true)) {
    throw new CommandError('say which arguments are meant: `--args-hash HEX`, or `--any-args` for all');
  }
  const digest = argsHash?.toLowerCase();
  if (digest !== undefined && !/^[0-9a-f]{64}$/.test(digest)) {
    throw new CommandError('--args-hash: write the 64 digits that `approvals show` prints behind sha256');
  }
  checkReason(reason);
  return { resource: tool, digest, ttlMs: durationOf('--ttl', ttl), why: reason };
}

async function grantedThere(given: Given, { at, status }: Knowing): Promise<Granted> {
  const { grant, by, assurance } = await at.client.insist('grant', given);
  return { grant: String(grant), by: String(by), assurance: String(assurance), policy: status.policy };
}

/** Gives it without a gateway, under the policy one will have that is started so, in this folder. */
async function grantedHere(
  given: Given,
  line: readonly string[],
  options: GrantOptions,
  othersRun: boolean,
): Promise<Granted> {
  const [{ doneHere }, { readConfig }] = await Promise.all([
    import('../../local/approvals-here.ts'),
    import('../../read-config.ts'),
  ]);
  const { config } = await readConfig(await startOf(line, options));
  const backend = backendOf(given.resource);
  if (!config.backends.some(({ name }) => name === backend)) {
    const neither = othersRun ? ', and no gateway that runs does' : '';
    const help = 'name its config with `-c`, or write how its gateway is started at the end: `-- wrap …`';
    throw new CommandError(`the config knows no backend "${backend}"${neither}: ${help}`);
  }
  const policy = config.revision;
  const { done, who } = await doneHere(config, { verb: 'grant', subject: given.resource }, (left, whoever) =>
    left.give({ ...given, ...whoever }, policy, config.approvals),
  );
  return { grant: done.grant, ...who, policy };
}

async function startOf(line: readonly string[], { config, serve, profile }: GrantOptions) {
  if (line.length === 0) return { config, overrides: { profile, serving: serve } };
  if ([config, serve, profile].some((one) => one !== undefined)) {
    throw new CommandError(
      'the config belongs into the command line of the gateway, behind `--`, or before it: not both',
    );
  }
  return (await import('../../program/gateway-line.ts')).gatewayLine(line);
}

interface Knowing {
  readonly at: Reached;
  readonly status: LiveStatus;
}

/** The gateway a grant is for; undefined where none that runs knows the backend. One grant is one call, so it goes to one policy. */
async function theGateway(
  reached: readonly Reached[],
  resource: string,
  { gateway }: WhichOptions,
): Promise<Knowing | undefined> {
  const asked = reached.map(async (at) => ({ at, status: (await at.client.ask('status')).status as LiveStatus }));
  const backend = backendOf(resource);
  const knowing = (await Promise.all(asked)).filter(({ status }) =>
    status.backends.some(({ name }) => name === backend),
  );
  if (gateway !== undefined && knowing.length === 0) {
    throw new CommandError(`--gateway ${gateway}: its config knows no backend "${backend}"`);
  }
  if (new Set(knowing.map(({ status }) => status.policy)).size > 1) {
    const which = knowing.map(({ status: { pid, mode, policy } }) => `${pid} (${mode}, policy ${policy})`).join(', ');
    const help = 'a grant is for one of them: say which with `--gateway PID`';
    throw new CommandError(`gateways with different policies know the backend "${backend}": ${which}; ${help}`);
  }
  return knowing[0];
}

function backendOf(resource: string): string {
  return resource.slice(0, resource.indexOf('/'));
}
