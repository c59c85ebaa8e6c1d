import type { Machine, PackageManager } from './machine.ts';

/** Why there is no sandbox here, and the next step; the step may take several lines. */
export interface Advice {
  readonly why: string;
  readonly fix: string;
}

const INSTALL: Readonly<Record<PackageManager, string>> = {
  apt: 'apt-get install bubblewrap',
  dnf: 'dnf install bubblewrap',
  pacman: 'pacman -S bubblewrap',
  apk: 'apk add bubblewrap',
  zypper: 'zypper install bubblewrap',
};

const PROFILE_FILE = '/etc/apparmor.d/bwrap';
const SYSCTL_FILE = '/etc/sysctl.d/60-sallyport.conf';

/** What bwrap says where a call was forbidden, and where the kernel has no user namespaces at all. */
const FORBIDDEN = /operation not permitted|permission denied|no permissions to creat/i;
const UNSUPPORTED = /does not support user namespaces|function not implemented/i;
/** ENOSPC: as many namespaces as are allowed are there, or they are nested too deep. */
const EXHAUSTED = /ENOSPC|no space left on device|max_\*_namespaces exceeded/i;
const TOO_OLD = /unknown option (--[\w-]+)/i;

/** What to do on a machine where the probe of bwrap failed: `stderr` is what it said, empty when it did not run. */
export function adviceFor(stderr: string, machine: Machine): Advice {
  const { bwrap, root, appArmorRestricts, usernsClone, maxUserNamespaces, inContainer } = machine;
  if (bwrap === undefined) return { why: 'bubblewrap is not installed', fix: installation(machine) };
  const option = TOO_OLD.exec(stderr)?.[1];
  if (option !== undefined) {
    return { why: `bubblewrap is too old: it does not know ${option}`, fix: installation(machine) };
  }
  if (maxUserNamespaces === 0) {
    return {
      why: 'this machine allows no user namespaces (user.max_user_namespaces is 0)',
      fix: setting('user.max_user_namespaces', 15_000),
    };
  }
  if (inContainer && FORBIDDEN.test(stderr)) {
    return {
      why: 'this is a container, and its engine forbids it to make namespaces',
      fix:
        'start it with --security-opt seccomp=unconfined --security-opt apparmor=unconfined' +
        ' --security-opt systempaths=unconfined, or set the mode to off if the container is fence enough',
    };
  }
  if (usernsClone === 0 && !root) {
    return {
      why: 'only root may make user namespaces here (kernel.unprivileged_userns_clone is 0)',
      fix: setting('kernel.unprivileged_userns_clone', 1),
    };
  }
  if (appArmorRestricts && !root && FORBIDDEN.test(stderr)) {
    return {
      why: 'AppArmor lets no program without a profile use user namespaces, as on Ubuntu since 23.10',
      fix: profileLoading(bwrap),
    };
  }
  if (EXHAUSTED.test(stderr)) {
    return {
      why: 'there are as many namespaces as this machine allows, or they are nested too deep',
      fix: `end what uses them, or raise the limit: ${setting('user.max_user_namespaces', 15_000)}`,
    };
  }
  if (UNSUPPORTED.test(stderr)) {
    return {
      why: 'the kernel has no user namespaces',
      fix: 'use a kernel with CONFIG_USER_NS, or a driver that runs containers',
    };
  }
  const said = stderr.trim().split('\n', 1)[0];
  return {
    why: said === '' || said === undefined ? 'bubblewrap does not work' : `bubblewrap does not work: ${said}`,
    fix: `see what this says on a terminal: ${bwrap} --ro-bind / / --proc /proc --dev /dev --unshare-all true`,
  };
}

function installation({ packages }: Machine): string {
  if (packages !== undefined) return `as root: ${INSTALL[packages]}`;
  return `install the package bubblewrap, as root one of: ${Object.values(INSTALL).join('; ')}`;
}

/** A setting of the kernel, now and after the next start. */
function setting(name: string, value: number): string {
  return `as root: echo '${name} = ${value}' > ${SYSCTL_FILE} && sysctl -p ${SYSCTL_FILE}`;
}

/** The profile restricts nothing; it has a name, which is what AppArmor asks for (apparmor.d(5), "userns"). */
function profileLoading(bwrap: string): string {
  return [
    `as root, write this to ${PROFILE_FILE}:`,
    'abi <abi/4.0>,',
    'include <tunables/global>',
    '',
    `profile bwrap ${bwrap} flags=(unconfined) {`,
    '  userns,',
    '',
    '  include if exists <local/bwrap>',
    '}',
    `and load it: apparmor_parser -r ${PROFILE_FILE}`,
  ].join('\n');
}
