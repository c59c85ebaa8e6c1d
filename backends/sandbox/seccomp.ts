import { answer, assemble, equals, hasAny, type Instruction, load, mask, unless, when } from './bpf.ts';
import { type Arch, judgedCall, refusedCalls } from './syscalls.ts';

/** What a filter may leave open. */
export interface Openings {
  /** Whether sockets of the file system may be made. */
  readonly unixSockets: boolean;
}

/** AUDIT_ARCH_X86_64 and AUDIT_ARCH_AARCH64 of linux/audit.h. */
export const AUDIT_ARCH: Readonly<Record<Arch, number>> = { x64: 0xc000003e, arm64: 0xc00000b7 };

/** __X32_SYSCALL_BIT: the same processor and audit architecture, but a second table of calls. */
export const X32_BIT = 0x4000_0000;

/** SECCOMP_RET_* of linux/seccomp.h. */
export const KILL_PROCESS = 0x8000_0000;
export const ALLOW = 0x7fff_0000;
const REFUSE = 0x0005_0000;

/** Error numbers of asm-generic/errno-base.h and errno.h, the same on both processors. */
export const ERRNO = { EPERM: 1, EACCES: 13, ENOSYS: 38, EAFNOSUPPORT: 97 } as const;

/** Families and types of linux/socket.h and linux/net.h; the kernel looks at the low four bits of a type. */
const FAMILY = { unix: 1, inet: 2, inet6: 10, netlink: 16 } as const;
const TYPE = { datagram: 2, raw: 3, packet: 10 } as const;
const TYPE_BITS = 0xf;

/** CLONE_NEWNS, CGROUP, UTS, IPC, USER, PID and NET of linux/sched.h; NEWTIME cannot be asked of clone. */
const NEW_NAMESPACES = 0x7e02_0000;

/** TIOCSTI and TIOCLINUX of asm-generic/ioctls.h: both type into the terminal of somebody else. */
const TYPING_REQUESTS = [0x5412, 0x541c];

/** Byte offsets in `struct seccomp_data`. */
const NUMBER_AT = 0;
const ARCH_AT = 4;

const refuse = (errno: keyof typeof ERRNO): Instruction => answer(REFUSE | ERRNO[errno]);
const allow = answer(ALLOW);

/**
 * A classic BPF program for `bwrap --seccomp` (seccomp(2), linux/seccomp.h): all calls pass but those that reach
 * out of a sandbox or into seldom tried parts of the kernel. Arguments that are an `int` in the kernel are compared
 * by their low word only, as the kernel does; a comparison of all 64 bits could be walked around.
 */
export function seccompFilter(arch: Arch, openings: Openings): Buffer {
  return assemble([
    load(ARCH_AT),
    ...unless(equals(AUDIT_ARCH[arch]), [answer(KILL_PROCESS)]),
    load(NUMBER_AT),
    ...when(hasAny(X32_BIT), [refuse('ENOSYS')]),
    ...when(equals(judgedCall('socket', arch)), socket(openings)),
    ...when(equals(judgedCall('socketpair', arch)), socketpair(openings)),
    ...when(equals(judgedCall('clone', arch)), clone),
    // Its flags are behind a pointer, which no filter can follow; C libraries try clone next.
    ...when(equals(judgedCall('clone3', arch)), [refuse('ENOSYS')]),
    ...when(equals(judgedCall('ioctl', arch)), ioctl),
    ...[...refusedCalls(arch).values()].flatMap((number) => when(equals(number), [refuse('EPERM')])),
    allow,
  ]);
}

function socket({ unixSockets }: Openings): Instruction[] {
  const notRaw = [
    ...argument(1),
    mask(TYPE_BITS),
    ...when(equals(TYPE.raw), [refuse('EPERM')]),
    ...when(equals(TYPE.packet), [refuse('EPERM')]),
    allow,
  ];
  return [
    ...argument(0),
    ...when(equals(FAMILY.inet), notRaw),
    ...when(equals(FAMILY.inet6), notRaw),
    ...when(equals(FAMILY.netlink), [allow]),
    ...when(equals(FAMILY.unix), [unixSockets ? allow : refuse('EACCES')]),
    refuse('EAFNOSUPPORT'),
  ];
}

/**
 * Node talks to its children through pairs of streams. One half of a pair of datagram sockets can be connected
 * anew, to any socket of the file system (unix(7)), and the kernel makes a raw one a datagram one.
 */
function socketpair({ unixSockets }: Openings): Instruction[] {
  const streams = [
    ...argument(1),
    mask(TYPE_BITS),
    ...when(equals(TYPE.datagram), [refuse('EACCES')]),
    ...when(equals(TYPE.raw), [refuse('EACCES')]),
    allow,
  ];
  return [...argument(0), ...when(equals(FAMILY.unix), unixSockets ? [allow] : streams), refuse('EAFNOSUPPORT')];
}

const clone: readonly Instruction[] = [...argument(0), ...when(hasAny(NEW_NAMESPACES), [refuse('EPERM')]), allow];

const ioctl: readonly Instruction[] = [
  ...argument(1),
  ...TYPING_REQUESTS.flatMap((request) => when(equals(request), [refuse('EPERM')])),
  allow,
];

/** Loads the low word of an argument, which comes first on both processors. */
function argument(index: number): Instruction[] {
  return [load(16 + 8 * index)];
}
