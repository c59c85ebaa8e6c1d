import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { Seatbelt } from '../../../backends/sandbox/seatbelt.ts';
import { seatbeltProfile } from '../../../backends/sandbox/seatbelt-profile.ts';
import { SandboxFault, type SandboxSpec } from '../../../lib/model/sandbox.ts';
import { sandboxSpec } from '../../support/sandbox/spec.ts';

const WINDOWS = process.platform === 'win32' ? 'paths of Windows are not those of macOS' : false;
const TMP = '/private/var/folders/x/sallyport-1';

function lines(changes: Partial<SandboxSpec> = {}): string[] {
  return seatbeltProfile(sandboxSpec(changes), TMP).trimEnd().split('\n');
}

const about = (what: string, all: readonly string[]) => all.filter((line) => line.includes(what));

test('a profile, which has not been tried on hardware, denies what it does not name', () => {
  assert.deepEqual(lines().slice(0, 4), [
    '(version 1)',
    '(deny default)',
    '(deny process-info* nvram* iokit-get-properties)',
    '(deny mach-lookup (xpc-service-name-prefix ""))',
  ]);
  const allowed = lines().flatMap((line) => /^\(allow ([a-z*-]+)/.exec(line)?.[1] ?? []);
  assert.deepEqual(
    [...new Set(allowed)],
    [
      'process-exec*',
      'process-fork',
      'process-info*',
      'signal',
      'ipc-posix-sem',
      'sysctl-read',
      'mach-host*',
      'mach-lookup',
      'file-read-metadata',
      'file-read*',
      'file-write*',
      'file-write-data',
    ],
  );
});

test('signals and facts about processes stay in the sandbox, and the environment of others cannot be asked for', () => {
  assert.ok(lines().includes('(allow signal (target same-sandbox))'));
  assert.ok(lines().includes('(allow process-info* (target same-sandbox))'));
  assert.deepEqual(about('procargs', lines()), []);
  assert.deepEqual(about('(sysctl-name-prefix "kern', lines()), []);
});

test('only what is listed and the system can be read, or everything where nothing is listed', () => {
  const [metadata, system, own] = about('(allow file-read', lines({ write: ['/work/out'] }));
  assert.equal(metadata, '(allow file-read-metadata)');
  assert.match(system!, /\(subpath "\/usr"\)/);
  assert.equal(
    own,
    '(allow file-read* (subpath "/work/project") (subpath "/work/out")' +
      ' (subpath "/var/folders/x/sallyport-1") (subpath "/private/var/folders/x/sallyport-1"))',
  );
  assert.ok(about('(allow file-read', lines({ read: undefined })).includes('(allow file-read*)'));
});

test('writing is for the listed folders and a private one, in both spellings of linked folders', () => {
  assert.equal(
    about('(allow file-write*', lines({ write: ['/tmp/a', '/private/etc/b', '/work/tmp'] }))[0],
    '(allow file-write* (subpath "/tmp/a") (subpath "/private/tmp/a") (subpath "/etc/b") (subpath "/private/etc/b")' +
      ' (subpath "/work/tmp") (subpath "/var/folders/x/sallyport-1") (subpath "/private/var/folders/x/sallyport-1"))',
  );
  assert.deepEqual(about('/private/tmpfoo', lines({ write: ['/tmpfoo'] })), []);
});

test('what is hidden is said last, and the folders it lies in cannot be renamed', () => {
  const all = lines({ read: undefined, write: ['/work'], hide: ['/work/a/.env', '/tmp/x'], network: 'host' });
  assert.deepEqual(all.slice(-2), [
    '(deny file-read* file-write* process-exec* (subpath "/work/a/.env") (subpath "/tmp/x") (subpath "/private/tmp/x"))',
    '(deny file-write-unlink (literal "/work/a") (literal "/work") (literal "/tmp") (literal "/private/tmp")' +
      ' (literal "/private"))',
  ]);
  const withSockets = lines({ hide: ['/work/s'], unixSockets: true });
  assert.equal(withSockets.at(-1), '(deny network* (remote unix-socket (subpath "/work/s")))');
});

test('without a network nothing is said of one, with the proxy only the ports of its listeners', () => {
  assert.deepEqual(about('network', lines()), []);
  const listeners = [
    { address: '127.0.0.1', port: 4100 },
    { address: '127.0.0.1', port: 4101 },
  ];
  assert.deepEqual(about('network', lines({ network: 'proxy', listeners })), [
    '(allow network-outbound (remote ip "localhost:4100"))',
    '(allow network-outbound (remote ip "localhost:4101"))',
  ]);
});

test('the network of the machine does not bring the sockets of the file system with it', () => {
  assert.deepEqual(about('unix-socket', lines({ network: 'host' })), []);
  assert.deepEqual(about('(allow network*', lines({ network: 'host' })), []);
  assert.deepEqual(about('unix-socket', lines({ unixSockets: true })), [
    '(allow network* (remote unix-socket) (local unix-socket))',
  ]);
});

test('addresses and names that macOS does not have inside are refused', () => {
  const elsewhere = { network: 'proxy', listeners: [{ address: '127.0.0.2', port: 5432 }] } as const;
  assert.throws(() => lines(elsewhere), /loopback address 127\.0\.0\.2/);
  assert.throws(() => lines({ network: 'proxy', hosts: { 'db.local': '127.0.0.1' } }), SandboxFault);
});

test('quotes and backslashes of a path stay in its string, and other controls are refused', () => {
  const written = about('(allow file-write*', lines({ write: ['/work/a"b\\c) (allow default'] }))[0];
  assert.match(written!, /\(subpath "\/work\/a\\"b\\\\c\) \(allow default"\)/);
  for (const bad of ['/a\nb', '/a\rb', '/a\u0000b', '/a\u007fb']) {
    assert.throws(() => lines({ write: [bad] }), SandboxFault);
    assert.throws(() => lines({ hide: [bad] }), SandboxFault);
  }
});

test('no path adds a rule', () => {
  const path = fc.string({ unit: 'grapheme' }).map((name) => `/${name}`);
  /** The profile without its strings. */
  const shape = (text: string) => text.replace(/"(?:[^"\\]|\\.)*"/gs, '""');
  const plain = shape(seatbeltProfile(sandboxSpec({ write: ['/w'], hide: ['/h'] }), '/t'));
  fc.assert(
    fc.property(path, path, (write, hide) => {
      fc.pre(!/[\u0000-\u001f\u007f]/.test(write + hide) && !/^\/(private|tmp|var|etc)/.test(write));
      fc.pre(!hide.slice(1).includes('/') && write !== '/t' && !/^\/(private|tmp|var|etc)/.test(hide));
      assert.equal(shape(seatbeltProfile(sandboxSpec({ write: [write], hide: [hide] }), '/t')), plain);
    }),
  );
});

test('a start gets a temporary folder of its own, which is removed with its run', { skip: WINDOWS }, async (t) => {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'sallyport-seatbelt-')));
  t.after(() => rmSync(root, { recursive: true }));
  const driver = new Seatbelt(root);
  const spec = sandboxSpec({ env: { A: 'secret', TMPDIR: '/tmp' } });
  const [one, two] = [driver.wrap(spec), driver.wrap(spec)];
  assert.notEqual(one.env['TMPDIR'], two.env['TMPDIR']);
  assert.equal(readdirSync(root).length, 2);
  assert.equal(one.file, '/usr/bin/sandbox-exec');
  assert.equal(one.args[0], '-p');
  assert.ok(one.args[1]?.includes(`(subpath "${one.env['TMPDIR']}")`));
  assert.deepEqual(one.args.slice(2), ['--', '/usr/bin/node', 'server.js']);
  assert.ok(!one.args.join(' ').includes('secret'));
  assert.equal(one.handsOver, false);
  await driver.reap('another run');
  assert.ok(existsSync(one.env['TMPDIR']!));
  await driver.reap(spec.run);
  assert.deepEqual(readdirSync(root), []);
});

test('a machine without seatbelt, and one that cannot use it, are told apart', async () => {
  const elsewhere = await new Seatbelt(tmpdir(), () => assert.fail('nothing is run'), 'linux').probe();
  assert.ok(!elsewhere.works && elsewhere.why.includes('macOS'));
  const nested = await new Seatbelt(tmpdir(), async () => ({ ok: false, said: 'not permitted' }), 'darwin').probe();
  assert.ok(!nested.works && nested.why.includes('not permitted') && nested.fix.includes('outside'));
  const asked: string[][] = [];
  const run = async (file: string, args: readonly string[]) => {
    asked.push([file, ...args]);
    return { ok: true, said: '' };
  };
  assert.equal((await new Seatbelt(tmpdir(), run, 'darwin').probe()).works, true);
  assert.deepEqual(asked, [['/usr/bin/sandbox-exec', '-p', '(version 1)(allow default)', '/usr/bin/true']]);
});
