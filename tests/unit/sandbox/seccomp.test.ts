import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ALLOW, AUDIT_ARCH, ERRNO, KILL_PROCESS, seccompFilter, X32_BIT } from '../../../backends/sandbox/seccomp.ts';
import { type Arch, type Judged, judgedCall, knownCalls, refusedCalls } from '../../../backends/sandbox/syscalls.ts';
import { runFilter } from '../../support/sandbox/bpf.ts';

const ARCHES: readonly Arch[] = ['x64', 'arm64'];
const FILTERS = Object.fromEntries(
  ARCHES.map((arch) => [
    arch,
    { closed: seccompFilter(arch, { unixSockets: false }), open: seccompFilter(arch, { unixSockets: true }) },
  ]),
) as Record<Arch, { closed: Buffer; open: Buffer }>;

type Answer = 'allowed' | 'killed' | keyof typeof ERRNO;

function named(answer: number): Answer {
  if (answer === ALLOW) return 'allowed';
  if (answer === KILL_PROCESS) return 'killed';
  const found = Object.entries(ERRNO).find(([, errno]) => answer === (0x50000 | errno));
  assert.ok(found !== undefined, `answer ${answer.toString(16)}`);
  return found[0] as Answer;
}

function ask(arch: Arch, nr: number, args: readonly bigint[] = [], filter = FILTERS[arch].closed): Answer {
  return named(runFilter(filter, { arch: AUDIT_ARCH[arch], nr, args }));
}

/** What lies above an `int`; the kernel does not look at it. */
const HIGH = 0x1234_5678_0000_0000n;
const CLOEXEC_NONBLOCK = 0o2004000n;

const [STREAM, DGRAM, RAW, SEQPACKET, PACKET] = [1n, 2n, 3n, 5n, 10n];
const [UNIX, INET, INET6, NETLINK] = [1n, 2n, 10n, 16n];

const TABLE: readonly [string, Judged, readonly bigint[], Answer, Answer?][] = [
  ['a TCP socket', 'socket', [INET, STREAM], 'allowed'],
  ['a UDP socket that is closed on exec', 'socket', [INET6, DGRAM | CLOEXEC_NONBLOCK], 'allowed'],
  ['a raw socket', 'socket', [INET, RAW], 'EPERM'],
  ['a raw socket with flags', 'socket', [INET6, RAW | CLOEXEC_NONBLOCK], 'EPERM'],
  ['a raw socket with bits above an int', 'socket', [INET | HIGH, RAW | HIGH], 'EPERM'],
  ['an old packet socket', 'socket', [INET, PACKET], 'EPERM'],
  ['an SCTP socket', 'socket', [INET, SEQPACKET], 'allowed'],
  ['a netlink socket, which is raw', 'socket', [NETLINK, RAW], 'allowed'],
  ['a socket of the file system', 'socket', [UNIX, STREAM], 'EACCES', 'allowed'],
  ['a socket of the file system with bits above an int', 'socket', [UNIX | HIGH, STREAM], 'EACCES', 'allowed'],
  ['no family', 'socket', [0n, STREAM], 'EAFNOSUPPORT'],
  ['a family below zero', 'socket', [-1n, STREAM], 'EAFNOSUPPORT'],
  ['a packet socket', 'socket', [17n, RAW], 'EAFNOSUPPORT'],
  ['a Bluetooth socket', 'socket', [31n, RAW], 'EAFNOSUPPORT'],
  ['a socket of the crypto interface', 'socket', [38n, SEQPACKET], 'EAFNOSUPPORT'],
  ['a socket to the host of a virtual machine', 'socket', [40n, STREAM], 'EAFNOSUPPORT'],
  ['an XDP socket', 'socket', [44n, RAW], 'EAFNOSUPPORT'],
  ['a pair of streams', 'socketpair', [UNIX, STREAM | CLOEXEC_NONBLOCK], 'allowed'],
  ['a pair that keeps messages apart', 'socketpair', [UNIX, SEQPACKET], 'allowed'],
  ['a pair of datagram sockets', 'socketpair', [UNIX, DGRAM | CLOEXEC_NONBLOCK], 'EACCES', 'allowed'],
  ['a pair that becomes one of datagram sockets', 'socketpair', [UNIX, RAW | HIGH], 'EACCES', 'allowed'],
  ['a pair of TIPC sockets', 'socketpair', [30n, STREAM], 'EAFNOSUPPORT'],
  ['a thread', 'clone', [0x3d0f00n], 'allowed'],
  ['a child', 'clone', [17n], 'allowed'],
  ['a child by vfork', 'clone', [0x4111n], 'allowed'],
  ['a child with any flag in the place of its signal', 'clone', [0x80n], 'allowed'],
  ['a child in a user namespace', 'clone', [0x1000_0011n], 'EPERM'],
  ['a child in a mount namespace', 'clone', [0x2_0011n], 'EPERM'],
  ['a child in a network namespace', 'clone', [0x4000_0011n | HIGH], 'EPERM'],
  ['a child by a structure', 'clone3', [0x7fff_0000n, 88n], 'ENOSYS'],
  ['the size of a terminal', 'ioctl', [0n, 0x5413n], 'allowed'],
  ['typing into a terminal', 'ioctl', [0n, 0x5412n], 'EPERM'],
  ['typing into a terminal with bits above an int', 'ioctl', [0n, 0x5412n | HIGH], 'EPERM'],
  ['pasting into a console', 'ioctl', [0n, 0x541cn], 'EPERM'],
];

for (const [what, name, args, closed, open = closed] of TABLE) {
  test(`${what}: ${closed}${open === closed ? '' : `, with sockets of the file system ${open}`}`, () => {
    for (const arch of ARCHES) {
      assert.equal(ask(arch, judgedCall(name, arch), args), closed);
      assert.equal(ask(arch, judgedCall(name, arch), args, FILTERS[arch].open), open);
    }
  });
}

test('each new namespace is refused to clone, whatever else is asked for', () => {
  for (const flag of [0x2_0000n, 0x200_0000n, 0x400_0000n, 0x800_0000n, 0x1000_0000n, 0x2000_0000n, 0x4000_0000n]) {
    for (const arch of ARCHES) assert.equal(ask(arch, judgedCall('clone', arch), [flag | 0x3d0f00n]), 'EPERM');
  }
});

test('every listed call is refused whatever its arguments', () => {
  for (const arch of ARCHES) {
    const calls = [...refusedCalls(arch).values()];
    const args = fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 6 });
    fc.assert(fc.property(fc.constantFrom(...calls), args, (nr, values) => ask(arch, nr, values) === 'EPERM'));
  }
});

test('every call that is not listed passes whatever its arguments', () => {
  for (const arch of ARCHES) {
    const known = new Set(knownCalls(arch).values());
    const args = fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { maxLength: 6 });
    const others = fc.integer({ min: 0, max: X32_BIT - 1 }).filter((nr) => !known.has(nr));
    fc.assert(fc.property(others, args, (nr, values) => ask(arch, nr, values) === 'allowed'));
    for (let nr = 0; nr < 600; nr++) if (!known.has(nr)) assert.equal(ask(arch, nr), 'allowed', `${arch} ${nr}`);
  }
});

test('a family is allowed by its low word alone', () => {
  const int = fc.integer({ min: 0, max: 0xffff_ffff });
  fc.assert(
    fc.property(fc.constantFrom(...ARCHES), int, int, int, (arch, family, high, type) => {
      const args = [(BigInt(high) << 32n) | BigInt(family), BigInt(type)];
      const got = ask(arch, judgedCall('socket', arch), args);
      if (![1, 2, 10, 16].includes(family)) assert.equal(got, 'EAFNOSUPPORT');
      else assert.equal(got, ask(arch, judgedCall('socket', arch), [BigInt(family), BigInt(type & 0xf)]));
    }),
  );
});

test('a call by the table of another processor ends the process', () => {
  for (const arch of ARCHES) {
    for (const other of [0x40000003, 0x40000028, AUDIT_ARCH[arch === 'x64' ? 'arm64' : 'x64'], 0]) {
      assert.equal(named(runFilter(FILTERS[arch].open, { arch: other, nr: 0 })), 'killed');
    }
  }
});

test('the second table of calls of x64 is not there', () => {
  fc.assert(fc.property(fc.integer({ min: 0, max: 0xffff }), (nr) => ask('x64', nr + X32_BIT) === 'ENOSYS'));
});

test('tracing and namespaces are refused with and without sockets of the file system', () => {
  for (const arch of ARCHES) {
    for (const name of ['ptrace', 'unshare', 'setns', 'mount', 'bpf', 'io_uring_setup']) {
      assert.equal(ask(arch, knownCalls(arch).get(name)!, [], FILTERS[arch].open), 'EPERM', name);
    }
  }
});
