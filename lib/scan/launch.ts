import { basename } from 'node:path';
import { namesSecret, secretsIn } from '../config/words/secret-looks.ts';
import { parseContainerRun } from '../model/container-run.ts';
import { pointerTo } from '../model/json-pointer.ts';
import { isLoopbackHost } from '../model/loopback.ts';
import { isExact, isNpx, parseNpx } from '../model/npx.ts';
import { parseUvx } from '../model/uvx.ts';
import { type Finding, findingIn } from './finding.ts';
import type { Subject } from './subject.ts';

const SHELLS = /^(?:ba|z|da|k|fi)?sh(?:\.exe)?$|^(?:cmd|powershell|pwsh)(?:\.exe)?$/i;
/** A download whose result is run, in one text of a shell. */
const FETCHED =
  /\b(?:curl|wget|iwr|Invoke-WebRequest)\b[^|;&]*(?:\|\s*(?:sudo\s+)?(?:\w+\/)*(?:ba|z|da)?sh\b|\|\s*(?:python3?|node|iex)\b)/i;

/** What can be said of a server from how it is launched alone. */
export function launchFindings(subject: Subject, fileHolds: (value: string) => boolean): Finding[] {
  const { launch } = subject;
  const { command, args, env, url, headers } = launch;
  const found: Finding[] = [];
  const add = (rule: string, severity: Finding['severity'], at: string, evidence: string) =>
    found.push(findingIn(subject, { rule, severity, kind: 'launch', id: '', at, evidence }));
  for (const { at, spec } of unpinned(command, args))
    add('launch.unpinned', 'medium', pointerTo(['args', `${at}`]), spec);
  for (const [index, arg] of args.entries()) {
    if (secretIn(args[index - 1], arg) !== undefined)
      add('launch.secret', 'high', pointerTo(['args', `${index}`]), `argument ${index + 1}`);
  }
  if (url !== undefined && secretsIn(url).length > 0) add('launch.secret', 'high', '/url', 'in the URL');
  const given = { env, headers };
  for (const [of, values] of Object.entries(given)) {
    for (const [name, value] of Object.entries(values)) {
      const secret = namesSecret(name.replaceAll('-', '_')) || secretsIn(value).length > 0;
      if (secret && value !== '' && fileHolds(value)) add('launch.literal-env', 'medium', pointerTo([of, name]), name);
    }
  }
  const line = args.join(' ');
  if (SHELLS.test(basename(command))) {
    if (FETCHED.test(line)) add('launch.fetched-code', 'critical', '/args', line);
    else if (args.some((arg) => /^(?:-\w*c|\/c|-Command)$/i.test(arg)) && !startsOneProgram(command, args))
      add('launch.shell', 'medium', '/args', line);
  }
  if (url !== undefined && isInsecure(url)) add('launch.insecure-url', 'high', '/url', url);
  return found;
}

/** The secrets among arguments, which must not be shown. */
export function secretArguments(args: readonly string[]): string[] {
  return args.flatMap((arg, index) => secretIn(args[index - 1], arg) ?? []);
}

/** What is secret in an argument: a token, or a value behind an option that names one, or joined to it. */
function secretIn(before: string | undefined, arg: string): string | undefined {
  const [token] = secretsIn(arg);
  if (token !== undefined) return token;
  const [option, joined] = arg.startsWith('-') ? arg.split(/=(.*)/s, 2) : [before, arg];
  if (joined === undefined || joined === '' || joined.startsWith('-') || option?.startsWith('-') !== true)
    return undefined;
  return namesSecret(option.replaceAll('-', '_')) && !/file|path|env|name/i.test(option) ? joined : undefined;
}

/** On Windows `cmd /c npx …` is how a script is started, and no text for a shell to read. */
function startsOneProgram(command: string, args: readonly string[]): boolean {
  return /^cmd(?:\.exe)?$/i.test(basename(command)) && args.length > 1 && !/[|&<>]/.test(args.join(' '));
}

function unpinned(command: string, args: readonly string[]): { readonly at: number; readonly spec: string }[] {
  const program = basename(command).replace(/\.(?:cmd|exe|ps1)$/i, '');
  if (program === 'cmd' && /^\/c$/i.test(args[0] ?? '')) {
    return unpinned(args[1] ?? '', args.slice(2)).map(({ at, spec }) => ({ at: at + 2, spec }));
  }
  const at = (spec: string) =>
    Math.max(
      0,
      args.findIndex((arg) => arg === spec || arg.endsWith(`=${spec}`)),
    );
  const likeNpx = isNpx(command) || /^(?:bunx|pnpx)$/.test(program);
  if (likeNpx) {
    const loose = parseNpx(args.filter((arg) => arg !== '--bun'))?.packages.filter(({ version }) => !isExact(version));
    return (loose ?? []).map(({ spec }) => ({ at: at(spec), spec }));
  }
  const uvx = parseUvx(command, args);
  if (uvx !== undefined) {
    if (/==\d/.test(uvx.source) || /@[0-9a-f]{40}\b/.test(uvx.source)) return [];
    const written = args.find((arg) => arg.includes(uvx.source) || uvx.source.startsWith(arg.replace(/@.*$/, '')));
    return [{ at: at(written ?? uvx.program), spec: uvx.source }];
  }
  if (program === 'docker' || program === 'podman') {
    const image = parseContainerRun(args)?.image;
    const moves = image !== undefined && !image.includes('@sha256:') && !/:[^/]*\d[^/]*$/.test(image);
    return moves ? [{ at: at(image), spec: image }] : [];
  }
  return [];
}

function isInsecure(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopbackHost(hostname);
}
