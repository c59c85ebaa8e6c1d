import assert from 'node:assert/strict';
import { test } from 'node:test';
import { adviceFor } from '../../../backends/sandbox/advice.ts';
import type { Machine } from '../../../backends/sandbox/machine.ts';

const PLAIN: Machine = {
  bwrap: '/usr/bin/bwrap',
  root: false,
  packages: 'apt',
  appArmorRestricts: false,
  usernsClone: undefined,
  maxUserNamespaces: 60_000,
  inContainer: false,
};

/** As bubblewrap 0.4 to 0.11 say it. */
const NO_PERMISSION =
  'bwrap: No permissions to create a new namespace, likely because the kernel does not allow non-privileged user ' +
  'namespaces. See <https://deb.li/bubblewrap> or <file:///usr/share/doc/bubblewrap/README.Debian.gz>.\n';
const NOT_PERMITTED = 'bwrap: Creating new namespace failed: Operation not permitted\n';
const UID_MAP = 'bwrap: setting up uid map: Permission denied\n';
const LOOPBACK = 'bwrap: loopback: Failed RTM_NEWADDR: Operation not permitted\n';
const PROC = "bwrap: Can't mount proc on /newroot/proc: Operation not permitted\n";
const SPACE =
  'bwrap: Creating new namespace failed: nesting depth or /proc/sys/user/max_*_namespaces exceeded (ENOSPC)\n';
const INVALID =
  'bwrap: Creating new namespace failed, likely because the kernel does not support user namespaces.  ' +
  'bwrap must be installed setuid on such systems.\n';

const TABLE: readonly [string, string, Partial<Machine>, RegExp, RegExp][] = [
  ['no bwrap on Debian', '', { bwrap: undefined }, /not installed/, /^as root: apt-get install bubblewrap$/],
  ['no bwrap on Fedora', '', { bwrap: undefined, packages: 'dnf' }, /not installed/, /dnf install bubblewrap/],
  ['no bwrap on Arch', '', { bwrap: undefined, packages: 'pacman' }, /not installed/, /pacman -S bubblewrap/],
  ['no bwrap on Alpine', '', { bwrap: undefined, packages: 'apk' }, /not installed/, /apk add bubblewrap/],
  ['no bwrap on openSUSE', '', { bwrap: undefined, packages: 'zypper' }, /not installed/, /zypper install bubblewrap/],
  [
    'no bwrap somewhere',
    '',
    { bwrap: undefined, packages: undefined },
    /not installed/,
    /apt-get .*dnf .*pacman .*apk /,
  ],
  ['no bwrap in a container', '', { bwrap: undefined, inContainer: true }, /not installed/, /apt-get/],
  ['an old bwrap', 'bwrap: Unknown option --perms\n', {}, /too old: .* --perms/, /bubblewrap/],
  ['Ubuntu', UID_MAP, { appArmorRestricts: true }, /AppArmor/, /apparmor_parser -r \/etc\/apparmor\.d\/bwrap$/],
  ['Ubuntu with a loopback', LOOPBACK, { appArmorRestricts: true }, /AppArmor/, /userns,/],
  [
    'Ubuntu as root',
    PROC,
    { appArmorRestricts: true, root: true },
    /does not work: .*mount proc/,
    /--unshare-all true/,
  ],
  ['Debian 10', NO_PERMISSION, { usernsClone: 0 }, /only root/, /kernel\.unprivileged_userns_clone = 1/],
  ['Debian 12', NO_PERMISSION, { usernsClone: 1 }, /does not work: bwrap: No permissions/, /on a terminal/],
  ['no namespaces at all', SPACE, { maxUserNamespaces: 0 }, /max_user_namespaces is 0/, /sysctl -p/],
  ['no namespaces left', SPACE, {}, /as many namespaces/, /raise the limit: as root: echo 'user\.max_user/],
  ['Docker', NOT_PERMITTED, { inContainer: true }, /is a container/, /seccomp=unconfined .*systempaths=unconfined/],
  ['Docker with a masked /proc', PROC, { inContainer: true, root: true }, /is a container/, /mode to off/],
  ['Docker on Ubuntu', UID_MAP, { inContainer: true, appArmorRestricts: true }, /is a container/, /apparmor=unconf/],
  ['a kernel without namespaces', INVALID, {}, /has no user namespaces/, /CONFIG_USER_NS/],
  [
    'something else',
    'bwrap: execvp true: No such file\nmore\n',
    {},
    /^bubblewrap does not work: bwrap: execvp true: No such file$/,
    /^see/,
  ],
  ['silence', '', {}, /^bubblewrap does not work$/, /\/usr\/bin\/bwrap --ro-bind/],
];

for (const [what, stderr, changes, why, fix] of TABLE) {
  test(`${what}: ${why.source}`, () => {
    const advice = adviceFor(stderr, { ...PLAIN, ...changes });
    assert.match(advice.why, why);
    assert.match(advice.fix, fix);
  });
}

test('the profile for AppArmor names bwrap where it is, and gives it namespaces and nothing else', () => {
  const { fix } = adviceFor(UID_MAP, { ...PLAIN, appArmorRestricts: true, bwrap: '/opt/bin/bwrap' });
  assert.deepEqual(fix.split('\n').slice(1, -1), [
    'abi <abi/4.0>,',
    'include <tunables/global>',
    '',
    'profile bwrap /opt/bin/bwrap flags=(unconfined) {',
    '  userns,',
    '',
    '  include if exists <local/bwrap>',
    '}',
  ]);
});
