import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { lookAtMachine } from '../../../backends/sandbox/machine.ts';

function machine(t: TestContext, files: Readonly<Record<string, string>>) {
  const base = mkdtempSync(join(tmpdir(), 'sallyport-machine-'));
  t.after(() => rmSync(base, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(base, path)), { recursive: true });
    writeFileSync(join(base, path), text);
  }
  return lookAtMachine('/usr/bin/bwrap', false, base);
}

test('a machine that says nothing restricts nothing', (t) => {
  assert.deepEqual(machine(t, {}), {
    bwrap: '/usr/bin/bwrap',
    root: false,
    packages: undefined,
    appArmorRestricts: false,
    usernsClone: undefined,
    maxUserNamespaces: undefined,
    inContainer: false,
  });
});

test('the settings of the kernel are read as numbers', (t) => {
  const found = machine(t, {
    '/proc/sys/kernel/apparmor_restrict_unprivileged_userns': '1\n',
    '/proc/sys/kernel/unprivileged_userns_clone': '0\n',
    '/proc/sys/user/max_user_namespaces': '15000\n',
  });
  assert.deepEqual([found.appArmorRestricts, found.usernsClone, found.maxUserNamespaces], [true, 0, 15_000]);
  assert.equal(machine(t, { '/proc/sys/user/max_user_namespaces': 'many\n' }).maxUserNamespaces, undefined);
});

test('containers of both engines are recognised', (t) => {
  assert.equal(machine(t, { '/.dockerenv': '' }).inContainer, true);
  assert.equal(machine(t, { '/run/.containerenv': '' }).inContainer, true);
});

test('a distribution is known by its name or by the one it is like', (t) => {
  const cases = [
    ['ID=debian\n', 'apt'],
    ['NAME="x"\nID=linuxmint\nID_LIKE="ubuntu debian"\n', 'apt'],
    ['ID="rocky"\nID_LIKE="rhel centos fedora"\n', 'dnf'],
    ['ID=fedora\nVARIANT_ID=server\n', 'dnf'],
    ['ID=arch', 'pacman'],
    ['ID=alpine\n', 'apk'],
    ['ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n', 'zypper'],
    ["ID='sles'\nID_LIKE='suse'\n", 'zypper'],
    ['ID=nixos\n', undefined],
    ['VERSION_ID=debian\n', undefined],
    ['ID=constructor\n', undefined],
  ] as const;
  for (const [release, packages] of cases) {
    assert.equal(machine(t, { '/etc/os-release': release }).packages, packages, release);
  }
  assert.equal(machine(t, { '/usr/lib/os-release': 'ID=alpine\n' }).packages, 'apk');
});
