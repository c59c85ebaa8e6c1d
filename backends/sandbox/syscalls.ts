/** The processors Node names like this and a filter can be made for. */
export type Arch = 'x64' | 'arm64';

/**
 * Number on x64 and on arm64, undefined where there is no such call: asm/unistd_64.h and asm-generic/unistd.h of
 * the Linux user space headers. From 424 on both are the same.
 */
type Numbers = readonly [x64: number, arm64: number | undefined];

/** Calls whose arguments decide. */
const JUDGED = {
  clone: [56, 220],
  clone3: [435, 435],
  ioctl: [16, 29],
  socket: [41, 198],
  socketpair: [53, 199],
} as const satisfies Record<string, Numbers>;

/** Calls no tool server needs, each of them a way to more rights, to other processes or to seldom tried kernel code. */
const REFUSED = {
  acct: [163, 89],
  add_key: [248, 217],
  adjtimex: [159, 171],
  bpf: [321, 280],
  chroot: [161, 51],
  clock_adjtime: [305, 266],
  clock_settime: [227, 112],
  delete_module: [176, 106],
  fanotify_init: [300, 262],
  finit_module: [313, 273],
  fsconfig: [431, 431],
  fsmount: [432, 432],
  fsopen: [430, 430],
  fspick: [433, 433],
  init_module: [175, 105],
  io_uring_enter: [426, 426],
  io_uring_register: [427, 427],
  io_uring_setup: [425, 425],
  ioperm: [173, undefined],
  iopl: [172, undefined],
  kcmp: [312, 272],
  kexec_file_load: [320, 294],
  kexec_load: [246, 104],
  keyctl: [250, 219],
  lookup_dcookie: [212, 18],
  mount: [165, 40],
  mount_setattr: [442, 442],
  move_mount: [429, 429],
  nfsservctl: [180, 42],
  open_by_handle_at: [304, 265],
  open_tree: [428, 428],
  open_tree_attr: [467, 467],
  perf_event_open: [298, 241],
  pidfd_getfd: [438, 438],
  pivot_root: [155, 41],
  process_vm_readv: [310, 270],
  process_vm_writev: [311, 271],
  ptrace: [101, 117],
  quotactl: [179, 60],
  quotactl_fd: [443, 443],
  reboot: [169, 142],
  request_key: [249, 218],
  setdomainname: [171, 162],
  sethostname: [170, 161],
  setns: [308, 268],
  settimeofday: [164, 170],
  swapoff: [168, 225],
  swapon: [167, 224],
  syslog: [103, 116],
  umount2: [166, 39],
  unshare: [272, 97],
  userfaultfd: [323, 282],
  vhangup: [153, 58],
} as const satisfies Record<string, Numbers>;

export type Judged = keyof typeof JUDGED;

/** The number of a call whose arguments decide. */
export function judgedCall(name: Judged, arch: Arch): number {
  return JUDGED[name][column(arch)];
}

/** The names and numbers of the calls that are refused whatever their arguments. */
export function refusedCalls(arch: Arch): Map<string, number> {
  const numbers = new Map<string, number>();
  for (const [name, both] of Object.entries<Numbers>(REFUSED)) {
    const number = both[column(arch)];
    if (number !== undefined) numbers.set(name, number);
  }
  return numbers;
}

/** All names and numbers known here. */
export function knownCalls(arch: Arch): Map<string, number> {
  const names = Object.keys(JUDGED) as Judged[];
  return new Map([...refusedCalls(arch), ...names.map((name) => [name, judgedCall(name, arch)] as const)]);
}

function column(arch: Arch): 0 | 1 {
  return arch === 'x64' ? 0 : 1;
}
