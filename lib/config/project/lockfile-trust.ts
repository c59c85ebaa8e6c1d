import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { type ConfigFile, configFiles, type Sources } from '../files/choose.ts';
import { type Folders, MANAGED_CONFIG } from '../folders.ts';
import { lockfilesOf, TrustStore, trustHash } from './trust-store.ts';

/** The values of YAML text as they are written: `readPlain`, which whoever starts fast has not loaded. */
export type ReadPlain = (text: string) => unknown;

/** A config of a project the user trusts as it is, lockfile and all. */
interface TrustedProject {
  readonly path: string;
  readonly text: string;
  readonly value: unknown;
}

/**
 * Whether a lockfile lies where only the user or an administrator writes (beside their config), or is part of a project
 * the user trusts as it is now. Only then does it count who approved what in it, if it is not sealed by the user.
 */
export function isLockfileTrusted(lockfile: string, sources: Sources, plain: ReadPlain): boolean {
  const beside = [sources.folders.configFile, sources.managed ?? MANAGED_CONFIG].map((file) => dirname(resolve(file)));
  return beside.includes(dirname(resolve(lockfile))) || trustedProjects(lockfile, sources, plain).length > 0;
}

/**
 * A change of the lockfile ends the trust in its project. What this answers is to be called once the user's own program
 * has changed it: the trust goes on then, if nothing else was changed meanwhile.
 */
export function keepTrust(lockfile: string, sources: Sources, plain: ReadPlain): () => void {
  const projects = trustedProjects(lockfile, sources, plain).map((project) => ({
    project,
    rest: restOf(project, lockfile),
  }));
  return () => {
    const store = new TrustStore(sources.folders.configFile);
    for (const { project, rest } of projects) {
      if (restOf(project, lockfile) === rest) store.trust(project.path, project.text, project.value);
    }
  };
}

/** The hash of all that is trusted but the lockfile. */
function restOf({ path, text, value }: TrustedProject, lockfile: string): string {
  return trustHash(path, text, value, resolve(lockfile));
}

/** Whether the user has ever said of a config in force that it may be believed: only then is any of them read here. */
export function isAnyTrusted(sources: Sources): boolean {
  return believable(sources).length > 0;
}

function believable(sources: Sources): ConfigFile[] {
  const store = new TrustStore(sources.folders.configFile);
  return configFiles(sources).filter(({ kind, path }) => kind !== 'managed' && store.knows(path));
}

function trustedProjects(lockfile: string, sources: Sources, plain: ReadPlain): TrustedProject[] {
  return believable(sources).flatMap((file) => trustedProject(file, lockfile, sources.folders, plain));
}

function trustedProject({ path }: ConfigFile, lockfile: string, folders: Folders, plain: ReadPlain): TrustedProject[] {
  try {
    const text = readFileSync(path, 'utf8');
    const value = plain(text);
    const covers = lockfilesOf(path, value).includes(resolve(lockfile));
    return covers && new TrustStore(folders.configFile).of(path, text, value) === 'trusted'
      ? [{ path, text, value }]
      : [];
  } catch {
    return [];
  }
}
