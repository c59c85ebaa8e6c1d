import { Keyring } from '../../backends/registry/keyring.ts';
import { lockPath } from '../../backends/registry/lock-path.ts';
import { LockStore } from '../../backends/registry/lock-store.ts';
import { PinStore } from '../../backends/registry/pin-store.ts';
import type { Sources } from '../../lib/config/files/choose.ts';
import { isAnyTrusted, isLockfileTrusted, keepTrust, type ReadPlain } from '../../lib/config/project/lockfile-trust.ts';
import type { BackendConfig, Config } from '../../lib/model/config.ts';
import { asObject } from '../../lib/model/json.ts';
import type { LockedLaunch } from '../../lib/model/registry.ts';
import type { Report } from '../../lib/registry/differences.ts';
import { launchFingerprint } from '../../lib/registry/launch.ts';
import { PinBook, type PinnedLaunch } from '../../lib/registry/pin-book.ts';
import type { PinGround } from '../../lib/registry/pinned-backend.ts';

/** What pins are read and kept with, besides the config. */
export interface PinSurroundings {
  readonly sources: Sources;
  readonly stateDir: string;
  /** As {@link plainReader} gives it. */
  readonly plain: ReadPlain;
  /** The backend is none of the config's, so its section in a lockfile is not made without anybody asking. */
  readonly wrapped: boolean;
  readonly report: Report;
  now(): number;
}

/** YAML is loaded only where a config may be believed because the user has said so: a start must not pay for it. */
export async function plainReader(sources: Sources): Promise<ReadPlain> {
  if (isAnyTrusted(sources)) return (await import('../../lib/config/files/source.ts')).readPlain;
  return () => {
    throw new Error('no config was trusted when the gateway was started');
  };
}

/** What is pinned, for a gateway that runs. Nothing is read before it is needed. */
export function openPins(config: Config, around: PinSurroundings): PinBook {
  const { launchOf, ground } = termsOf(config, around);
  return new PinBook(launchOf, ground);
}

/** Takes up another config, and what the files hold by now. */
export function rereadPins(book: PinBook, config: Config, around: PinSurroundings): void {
  const { launchOf, ground } = termsOf(config, around);
  book.reread(launchOf, ground);
}

function termsOf(config: Config, { sources, stateDir, wrapped, report, now, ...around }: PinSurroundings) {
  const { registry } = config;
  const places = new Map<string, Place>();
  const placeOf = (backend: string): Place | undefined => {
    const own = config.backends.find(({ name }) => name === backend);
    if (own === undefined) return undefined;
    const known = places.get(backend) ?? placed(own, config, stateDir, wrapped);
    places.set(backend, known);
    return known;
  };
  let { plain } = around;
  const trusted = new Map<string, boolean>();
  const isTrusted = (path: string): boolean => {
    const known = trusted.get(path) ?? isLockfileTrusted(path, sources, plain);
    trusted.set(path, known);
    return known;
  };
  const files = new PinStore(
    {
      pathOf: (backend) => placeOf(backend)!.path,
      isTrusted,
      keepTrust: async (path) => {
        trusted.delete(path);
        plain = await plainReader(sources);
        const renew = keepTrust(path, sources, plain);
        return () => {
          renew();
          trusted.delete(path);
        };
      },
    },
    new Keyring(sources.folders.configFile),
  );
  const { pin } = registry;
  const ground: PinGround = {
    config: { ...registry, pin: pin === 'strict' ? 'strict' : 'tofu' },
    files,
    report,
    now,
  };
  const launchOf = (backend: string): PinnedLaunch | undefined => {
    const place = pin === 'off' ? undefined : placeOf(backend);
    if (place === undefined) return undefined;
    return { launch: place.launch, enforced: config.backends.find(({ name }) => name === backend)!.enforce };
  };
  return { launchOf, ground };
}

interface Place {
  readonly path: string;
  readonly launch: LockedLaunch;
}

/**
 * The pins of a wrapped server lie in the state folder under what is launched, for any two of them may have the same
 * name; a section of the lockfile that is about the very same command goes before.
 */
function placed(own: BackendConfig, config: Config, stateDir: string, wrapped: boolean): Place {
  const { registry } = config;
  const fingerprint = launchFingerprint(own, config);
  if (!wrapped) return { path: lockPath(registry, stateDir, fingerprint), launch: { fingerprint } };
  if (registry.lockfile !== undefined && isPinnedIn(registry.lockfile, own.name, fingerprint)) {
    return { path: registry.lockfile, launch: { fingerprint } };
  }
  const here = { projectDir: undefined, homeDir: '', secrets: config.secrets };
  const absolute = launchFingerprint(own, here);
  return {
    path: lockPath({ ...registry, lockfile: undefined }, stateDir, absolute),
    launch: { fingerprint: absolute },
  };
}

/** A file that cannot be read says nothing of what is in it, so it is the one that is asked. */
function isPinnedIn(lockfile: string, name: string, fingerprint: string): boolean {
  try {
    const { text } = new LockStore(lockfile);
    if (text === undefined) return false;
    const section = asObject(asObject(asObject(JSON.parse(text))?.backends)?.[name]);
    return asObject(section?.launch)?.fingerprint === fingerprint;
  } catch {
    return true;
  }
}
