import { dirname } from 'node:path/posix';
import { SandboxFault, type SandboxSpec } from '../../lib/model/sandbox.ts';

/**
 * What a program of Node, Python or a shell reads of the system itself, when not all of it may be read. Keychains
 * and accounts are elsewhere.
 */
const SYSTEM_FOLDERS = [
  '/System',
  '/bin',
  '/sbin',
  '/usr',
  '/opt/homebrew',
  '/opt/local',
  '/Library/Apple',
  '/Library/Developer/CommandLineTools',
  '/Library/Frameworks',
  '/private/etc/ssl',
  '/private/var/db/dyld',
  '/private/var/db/timezone',
  '/private/var/select',
];
const SYSTEM_FILES = [
  '/',
  '/etc',
  '/tmp',
  '/var',
  '/private/etc/hosts',
  '/private/etc/localtime',
  '/private/etc/passwd',
  '/private/etc/protocols',
  '/private/etc/resolv.conf',
  '/private/etc/services',
];
const DEVICES = ['/dev/null', '/dev/zero', '/dev/random', '/dev/urandom'];
/** Names of descriptors a process has already. */
const DESCRIPTORS = '/dev/fd';

/** Services by which C libraries find users, temporary folders and the log. */
const SERVICES = [
  'com.apple.bsd.dirhelper',
  'com.apple.logd',
  'com.apple.system.logger',
  'com.apple.system.notification_center',
  'com.apple.system.opendirectoryd.libinfo',
  'com.apple.system.opendirectoryd.membership',
];
/** They look up names and certificates, and make connections of their own while doing so. */
const NETWORK_SERVICES = [
  'com.apple.SystemConfiguration.DNSConfiguration',
  'com.apple.SystemConfiguration.configd',
  'com.apple.networkd',
  'com.apple.trustd.agent',
];

/** Not all of `kern.`: `kern.procargs2` tells the environment of every process of the same user. */
const SYSCTLS = `kern.argmax kern.boottime kern.hostname kern.maxfilesperproc kern.maxproc kern.ngroups
  kern.osproductversion kern.osrelease kern.ostype kern.osvariant_status kern.osversion kern.secure_kernel
  kern.usrstack64 kern.version sysctl.proc_cputype vm.loadavg vm.swapusage`.split(/\s+/);
const SYSCTL_PREFIXES = ['hw.', 'machdep.cpu.', 'vm.page'];

/** Folders that are links into /private; a rule holds for the path without links, a program may name either. */
const LINKED = /^(\/private)?(\/(?:tmp|var|etc)(?:\/|$))/;

/**
 * The profile of one start in the language of sandbox-exec(1), of which Apple publishes no reference; the rules
 * follow those that macOS ships in /System/Library/Sandbox/Profiles. The last rule that fits decides, so what is
 * hidden comes last. Written without a Mac to try it on. Throws a `SandboxFault` for what cannot be said exactly.
 */
export function seatbeltProfile(spec: SandboxSpec, tmp: string): string {
  return [
    '(version 1)',
    '(deny default)',
    // Not part of the default, as the profiles of browsers say; services that come with programs are started by a look.
    '(deny process-info* nvram* iokit-get-properties)',
    '(deny mach-lookup (xpc-service-name-prefix ""))',
    ...running,
    ...reading(spec, tmp),
    ...writing([...spec.write, tmp]),
    ...(spec.protect.length === 0 ? [] : [`(deny file-write* ${each('subpath', spellings(spec.protect))})`]),
    ...network(spec),
    ...hiding(spec),
    '',
  ].join('\n');
}

const running = [
  '(allow process-exec*)',
  '(allow process-fork)',
  '(allow process-info* (target same-sandbox))',
  '(allow signal (target same-sandbox))',
  '(allow ipc-posix-sem)',
  `(allow sysctl-read ${each('sysctl-name', SYSCTLS)} ${each('sysctl-name-prefix', SYSCTL_PREFIXES)})`,
  '(allow mach-host*)',
  `(allow mach-lookup ${each('global-name', SERVICES)})`,
];

function reading({ programs, read, write }: SandboxSpec, tmp: string): string[] {
  const all = '(allow file-read-metadata)';
  if (read === undefined) return [all, '(allow file-read*)'];
  return [
    all,
    `(allow file-read* ${each('subpath', [...SYSTEM_FOLDERS, DESCRIPTORS])} ${each('literal', [...SYSTEM_FILES, ...DEVICES])})`,
    `(allow file-read* ${each('subpath', spellings([...programs, ...read, ...write, tmp]))})`,
  ];
}

function writing(folders: readonly string[]): string[] {
  return [
    `(allow file-write* ${each('subpath', spellings(folders))})`,
    `(allow file-write-data ${each('literal', ['/dev/null', '/dev/zero'])} ${each('subpath', [DESCRIPTORS])})`,
  ];
}

function network(spec: SandboxSpec): string[] {
  const unix = spec.unixSockets ? ['(allow network* (remote unix-socket) (local unix-socket))'] : [];
  if (spec.network === 'none') return unix;
  if (spec.network === 'proxy') return [...listeners(spec), ...unix];
  return [
    '(allow network-outbound (remote ip "*:*"))',
    '(allow network-bind network-inbound (local ip "*:*"))',
    // Names are looked up by a service behind this socket.
    `(allow network-outbound ${each('literal', ['/private/var/run/mDNSResponder'])})`,
    `(allow mach-lookup ${each('global-name', NETWORK_SERVICES)})`,
    ...unix,
  ];
}

/** A rule names the ports of `localhost` only: macOS has no other loopback address and no names of its own inside. */
function listeners({ listeners, hosts }: SandboxSpec): string[] {
  const elsewhere = listeners.find(({ address }) => address !== '127.0.0.1');
  if (elsewhere !== undefined) {
    throw new SandboxFault(
      `seatbelt cannot lead to the loopback address ${elsewhere.address}`,
      'leave out what is reached by a name of its own, or use a driver that runs containers',
    );
  }
  const [name] = Object.keys(hosts);
  if (name !== undefined) {
    throw new SandboxFault(
      `seatbelt cannot give the name ${quoted(name)} an address`,
      'reach it through the proxy, or use a driver that runs containers',
    );
  }
  return listeners.map(({ port }) => `(allow network-outbound (remote ip "localhost:${port}"))`);
}

/** A folder on the way to something hidden cannot be renamed, or its contents would have a path no rule names. */
function hiding({ hide, unixSockets }: SandboxSpec): string[] {
  if (hide.length === 0) return [];
  const paths = spellings(hide);
  const above = [...new Set(paths.flatMap(ancestors))];
  return [
    `(deny file-read* file-write* process-exec* ${each('subpath', paths)})`,
    ...(above.length === 0 ? [] : [`(deny file-write-unlink ${each('literal', above)})`]),
    ...(unixSockets ? paths.map((path) => `(deny network* (remote unix-socket (subpath ${quoted(path)})))`) : []),
  ];
}

function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === path || parent === '/' ? [] : [parent, ...ancestors(parent)];
}

function spellings(paths: readonly string[]): string[] {
  const all = paths.flatMap((path) => {
    const linked = LINKED.exec(path);
    if (linked === null) return [path];
    const short = path.slice(linked[1]?.length ?? 0);
    return [short, `/private${short}`];
  });
  return [...new Set(all)];
}

function each(filter: string, names: readonly string[]): string {
  return names.map((name) => `(${filter} ${quoted(name)})`).join(' ');
}

/** A string of the profile. */
function quoted(text: string): string {
  if (/[\u0000-\u001f\u007f]/.test(text)) {
    throw new SandboxFault(`${JSON.stringify(text)} cannot stand in a profile of seatbelt`, 'rename it');
  }
  return `"${text.replace(/["\\]/g, '\\$&')}"`;
}
