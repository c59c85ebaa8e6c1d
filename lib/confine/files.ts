import { posix } from 'node:path';
import { anchor } from '../checks/paths/patterns.ts';
import { CREDENTIAL_FILES } from '../checks/paths/well-known.ts';
import type { BackendConfig, Config } from '../model/config.ts';
import type { Confinement } from '../model/confinement.ts';
import type { Pattern } from '../model/lists.ts';
import type { PathRule } from '../model/rules.ts';
import type { MountPath } from '../model/sandbox.ts';
import { covers, rulesFor } from './rules-for.ts';

const WILD = /[*?{}]/;
/** Patterns for names anywhere, and lists of alternatives, have no folder of their own. */
const ALTERNATIVES = /\{([^{}]*)\}/;

/** Of the control files of policy those that lie at the top of a project, and work without being asked for. */
const CONTROLS = ['.git/hooks', '.git/config', '.mcp.json', '.claude', '.cursor', '.vscode', '.envrc', '.husky'];

/**
 * What one backend may touch of the file system: the lines that judge paths in its calls, as mounts. An allow list of
 * a rule is what there is, unless the sandbox has lists of its own; what is denied by name is not there.
 */
export function confinementOf(config: Config, backend: BackendConfig): Confinement {
  const { sandbox, name, cwd } = backend;
  const { homeDir, ownPaths, projectDir } = config;
  const base = projectDir ?? cwd;
  const rules = rulesFor(config.policies.rules, name).filter(
    ({ paths }) => paths !== undefined && paths.fenced !== true,
  );
  const literal = (patterns: readonly Pattern[]): MountPath[] =>
    patterns.flatMap(({ glob, source }) => {
      const { root } = anchor(glob, 'grants', base, homeDir);
      return root === '/' ? [] : [{ path: root, source, needed: false }];
    });
  const all = rules.map(({ paths }) => paths!);
  const listing = all.filter(({ allow }) => allow !== undefined);
  const readOnly = all.flatMap((rule) => literal(rule.readOnly));
  const allowed = listing.flatMap((rule) => literal(rule.allow!.patterns));
  const isExplicit = sandbox.write.some(({ needed }) => needed);
  const write = isExplicit || listing.length === 0 ? sandbox.write : writable(allowed, readOnly);
  const isNarrow =
    sandbox.read !== undefined || rules.some((rule) => covers(rule, name) && rule.paths!.allow !== undefined);
  const denied = rules.filter((rule) => covers(rule, name)).flatMap(({ paths }) => denials(paths!, base, homeDir));
  const asked = [...(sandbox.read ?? []), ...sandbox.write].filter(({ needed }) => needed).map(({ path }) => path);
  return {
    read: isNarrow ? [...(sandbox.read ?? []), ...allowed, ...readOnly] : undefined,
    write,
    protect: [...readOnly.map(({ path }) => path), ...controls(config, write)],
    hide: [...sandbox.deny.map(({ path }) => path), ...denied, ...credentials(config, asked)],
    own: ownPaths,
  };
}

function writable(allowed: readonly MountPath[], readOnly: readonly MountPath[]): MountPath[] {
  return allowed.filter(({ path }) => !readOnly.some((other) => other.path === path));
}

/** What is denied with its whole name; names with wildcards are judged in calls only. */
function denials({ deny }: PathRule, base: string, home: string): string[] {
  return deny.flatMap(({ glob }) => {
    if (!/^[~/.]/.test(glob)) return [];
    const { root, glob: rest } = anchor(glob, 'restricts', base, home);
    return root !== '/' && (rest === '' || rest === '**' || rest === '*') ? [root] : [];
  });
}

/** Where credentials are kept, but for what somebody has listed by this very name. */
function credentials({ policies, homeDir }: Config, asked: readonly string[]): string[] {
  if (policies.baseline.credential_files.value === 'allow') return [];
  return CREDENTIAL_FILES.filter((glob) => !glob.startsWith('**'))
    .flatMap(alternatives)
    .map((glob) => posix.normalize(glob.replace(/^~/, homeDir).replace(/\*$/, '')))
    .filter((path) => !WILD.test(path))
    .filter((path) => !asked.includes(path));
}

/** Files in what may be written that decide what a developer's programs will run. */
function controls({ policies }: Config, write: readonly MountPath[]): string[] {
  if (policies.baseline.control_files.value === 'allow') return [];
  return write.flatMap(({ path }) => CONTROLS.map((name) => posix.join(path, name)));
}

function alternatives(glob: string): string[] {
  const found = ALTERNATIVES.exec(glob);
  if (found === null) return [glob];
  return found[1]!.split(',').flatMap((one) => alternatives(glob.replace(found[0], one)));
}
