import { launchedPackage } from '../../backends/registry/launched.ts';
import { judgedTool } from '../../lib/authoring/judged-tools.ts';
import type { Sources } from '../../lib/config/files/choose.ts';
import { folders } from '../../lib/config/folders.ts';
import { usableStateDir } from '../../lib/config/state-dir.ts';
import { asObject, type Json } from '../../lib/model/json.ts';
import { createMask } from '../../lib/model/mask.ts';
import type { LockedLaunch } from '../../lib/model/registry.ts';
import type { ToolEffect } from '../../lib/model/rules.ts';
import { type Compared, compare } from '../../lib/registry/compare.ts';
import { definitionFindings } from '../../lib/registry/definition-findings.ts';
import type { Finding } from '../../lib/registry/finding.ts';
import type { Instructs } from '../../lib/registry/instructs.ts';
import { launchFingerprint } from '../../lib/registry/launch.ts';
import { nameFindings } from '../../lib/registry/names.ts';
import { isRefused, type OfferedItem } from '../../lib/registry/offered.ts';
import { compose, type Running } from '../compose.ts';
import { CommandError } from '../output/print.ts';
import { groundAlone } from '../policy/ground.ts';
import { askingClient } from './asking-client.ts';
import { definitionJudge } from './definition-judge.ts';
import { LockAccess, type Section } from './lock-access.ts';
import { readSurface, type Surface } from './surface.ts';

export interface RegistryOptions {
  readonly config?: string;
  readonly profile?: 'balanced' | 'strict';
  readonly json?: boolean;
}

/** What one item is taken for by policy, or by whoever said so in the lockfile. */
export interface SaidEffect {
  readonly kind: ToolEffect['kind'];
  readonly flags: ToolEffect['flags'];
  readonly origin: ToolEffect['origin'] | 'lockfile';
}

/** One backend as it is now, beside what is pinned of it. */
export interface Examined {
  readonly backend: string;
  /** The exact command, or the URL. */
  readonly command: string;
  readonly launch: LockedLaunch;
  readonly section: Section;
  readonly surface: Surface;
  readonly items: readonly Compared[];
  readonly findings: readonly Finding[];
  /** Which sentences are orders. */
  readonly instructs: Instructs;
  effectOf(item: Compared): SaidEffect | undefined;
}

/** A backend that could not be looked at. */
export interface Unseen {
  readonly backend: string;
  readonly why: string;
  readonly exitCode: number;
}

export interface Scene {
  readonly lock: LockAccess;
  readonly user: string;
  readonly examined: readonly Examined[];
  readonly unseen: readonly Unseen[];
}

/** Starts these backends, or all of the config, reads what they offer, and ends them again. */
export async function examine(options: RegistryOptions, names: readonly string[]): Promise<Scene> {
  const running = await compose({ config: options.config, overrides: { profile: options.profile } });
  try {
    const { config, gateway } = running;
    const known = config.backends.map(({ name }) => name);
    const stranger = names.find((name) => !known.includes(name));
    if (stranger !== undefined) {
      throw new CommandError(`there is no backend "${stranger}"; there are: ${known.join(', ')}`);
    }
    const lockfile = config.registry.lockfile;
    if (lockfile === undefined) throw new CommandError('there is no config, so there is no lockfile beside it');
    const sources: Sources = { flag: options.config, env: process.env, folders: folders(), project: true };
    const lock = new LockAccess(lockfile, sources);
    const sections = lock.sections(known);
    const chosen = gateway.backends.filter(({ name }) => names.length === 0 || names.includes(name));
    const session = await askingClient(running);
    const read = await Promise.allSettled(chosen.map((backend) => readSurface(running, session, backend)));
    const surfaces = read.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    const unseen = read.flatMap((one, i) => (one.status === 'rejected' ? [unseenOf(chosen[i]!.name, one.reason)] : []));
    return { lock, user: running.user, examined: await seen(running, surfaces, sections), unseen };
  } finally {
    await running.close(true);
  }
}

function unseenOf(backend: string, reason: unknown): Unseen {
  if (!(reason instanceof CommandError)) throw reason;
  return { backend, why: reason.message, exitCode: reason.exitCode };
}

async function seen(running: Running, surfaces: readonly Surface[], sections: ReadonlyMap<string, Section>) {
  const { config } = running;
  const ground = await groundAlone(config);
  const judge = await definitionJudge(config.inspection.injection);
  const names = nameFindings(fleetOf(surfaces, sections), judge.instructs);
  const stateDir = usableStateDir(folders());
  const mask = createMask(config.secrets);
  const examined = surfaces.map(async (surface): Promise<Examined> => {
    const { backend } = surface;
    const own = config.backends.find(({ name }) => name === backend)!;
    const section = sections.get(backend)!;
    const package_ = launchedPackage(own, stateDir);
    const fingerprint = launchFingerprint(own, config);
    const found = await Promise.all(
      surface.items.map(async (item) =>
        definitionFindings(backend, item, isRefused(item) ? undefined : await judge.suspicionOf(item)),
      ),
    );
    return {
      backend,
      command: mask(own.remote?.url ?? [own.command, ...own.args].join(' ')),
      launch: { fingerprint, ...(package_ !== undefined && { package: package_ }) },
      section,
      surface,
      items: compare(section.pins, surface.items, surface.complete),
      findings: [...found.flat(), ...names.filter((finding) => finding.backend === backend)],
      instructs: judge.instructs,
      effectOf: ({ kind, id, offered, pinned }) => {
        if (kind !== 'tool') return undefined;
        if (pinned?.effect !== undefined) return { ...pinned.effect, origin: 'lockfile' };
        return judgedTool(backend, id, shapeOf((offered ?? pinned)?.definition ?? {}), ground).effect;
      },
    };
  });
  return Promise.all(examined);
}

/** What each backend offers; of those that were not started, what is pinned. */
function fleetOf(surfaces: readonly Surface[], sections: ReadonlyMap<string, Section>) {
  return [...sections].map(([name, { pins }]) => {
    const live = surfaces.find(({ backend }) => backend === name);
    const offered = live?.items.flatMap((item): OfferedItem[] => (isRefused(item) ? [] : [item]));
    return { name, items: offered ?? pins?.items ?? [] };
  });
}

function shapeOf({ inputSchema, annotations }: Json) {
  return { schema: asObject(inputSchema) ?? {}, annotations: asObject(annotations) ?? {}, defect: undefined };
}
