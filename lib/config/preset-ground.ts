import { statSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, resolve } from 'node:path';
import type { BackendConfig } from '../model/config.ts';
import type { Network } from '../model/sandbox.ts';
import type { PresetSandbox } from '../presets/preset.ts';
import { expandHome } from './folders.ts';

/** The sandbox of a preset with what one command line adds to it. */
export interface PresetGround {
  readonly network: Network;
  readonly hosts: readonly string[] | undefined;
  readonly read: readonly string[] | undefined;
  readonly write: readonly string[];
  /** Files of its package it writes, relative to the package. */
  readonly inPackage: readonly string[];
}

type Launch = Pick<BackendConfig, 'command' | 'args' | 'env' | 'cwd'>;

/** Ports of the schemes servers for databases are given. */
const PORTS: Readonly<Record<string, string>> = { 'postgres:': '5432', 'postgresql:': '5432', 'mysql:': '3306' };

/** What a preset's server needs when it is launched by this command line: its folders, and the hosts it connects to. */
export function presetGround(preset: PresetSandbox, launch: Launch, projectDir: string | undefined): PresetGround {
  const named = launch.args.filter((arg) => /^[/~.]/.test(arg)).map((arg) => resolve(launch.cwd, expandHome(arg)));
  const variables = (preset.files?.variables ?? []).flatMap((name) => {
    const value = launch.env[name];
    return value === undefined ? [] : [dirname(resolve(launch.cwd, expandHome(value)))];
  });
  const folders = preset.folders === 'arguments' ? named.flatMap(folderOf) : [];
  const project = projectDir ?? launch.cwd;
  const work =
    preset.folders === 'project' || (preset.folders === 'arguments' && folders.length === 0) ? [project] : folders;
  const connected = (preset.connects ?? []).flatMap((name) =>
    name === 'arguments' ? launch.args : [launch.env[name] ?? ''],
  );
  const hosts =
    preset.connects === undefined ? preset.hosts : [...(preset.hosts ?? []), ...connected.flatMap(endpointOf)];
  return {
    network: preset.network,
    hosts,
    read: preset.narrow ? (preset.reads ?? []).map(expandHome) : undefined,
    inPackage: preset.files !== undefined && variables.length === 0 ? preset.files.inPackage : [],
    write: [...new Set([...work, ...variables])],
  };
}

/** Where a URL leads; nothing for other texts. */
function endpointOf(text: string): string[] {
  if (!URL.canParse(text)) return [];
  const { protocol, hostname, port } = new URL(text);
  const usual = port || PORTS[protocol];
  return hostname === '' ? [] : [usual === undefined || usual === '' ? hostname : `${hostname}:${usual}`];
}

/** A folder as it is, and of a file the folder it lies in, where journals and locks are written beside it. */
function folderOf(path: string): string[] {
  if (statSync(path, { throwIfNoEntry: false })?.isDirectory() === true) return [path];
  const folder = dirname(path);
  return [homedir(), '/'].includes(folder) ? [path] : [folder];
}
