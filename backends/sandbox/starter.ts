import { accessSync, constants } from 'node:fs';
import type { Listener } from '../../lib/model/sandbox.ts';

const LATER = 'SALLYPORT_LATER_';
/** What Perl and the loader of programs are led by. */
const LEADS_STARTER = /^(?:PERL|LD_|GLIBC_TUNABLES$)/;

/**
 * The first program inside. It makes the listening sockets the egress proxy is reached by, which must be born in this
 * network namespace, and hands each to the gateway over the IPC channel at descriptor 3 as Node's own children do; the
 * answer to each is waited for. Then it closes every descriptor above the standard ones, gives up the right to bind low
 * ports, which the user with number 0 would otherwise keep, and becomes the backend. It is Perl since nothing smaller that is on every Linux can send a descriptor.
 */
const SCRIPT = `
s/^${LATER}// and $ENV{$_} = delete $ENV{"${LATER}$_"} for my @names = keys %ENV;
my ($sendmsg, $capset, $count) = splice @ARGV, 0, 3;
my @listen = splice @ARGV, 0, $count;
for my $at (@listen) {
  my ($host, $port) = split /:/, $at;
  socket(my $socket, 2, 1, 0) or fail("socket: $!");
  bind($socket, pack('S n C4 x8', 2, $port, split /\\./, $host)) or fail("bind $at: $!");
  listen($socket, 511) or fail("listen $at: $!");
  my $text = qq({"cmd":"NODE_HANDLE","type":"net.Server","msg":"$at"}\\n);
  my $vector = pack('P Q', $text, length $text);
  my $control = pack('Q l l l x4', 20, 1, 1, fileno $socket);
  my $message = pack('Q L x4 P Q P Q l x4', 0, 0, $vector, 1, $control, length $control, 0);
  syscall($sendmsg + 0, 3, $message, 0) > 0 or fail("hand over $at: $!");
  for (my $c = ''; $c ne "\\n";) { sysread(CHANNEL(), $c, 1) or fail('nobody took the listener') }
}
opendir(my $open, '/proc/self/fd');
my @open = grep { /^\\d+$/ && $_ > 2 } readdir $open;
closedir $open;
for (@open) { open(my $one, '<&=', $_) and close $one }
my ($header, $none) = (pack('L l', 0x20080522, 0), pack('L6', (0) x 6));
syscall($capset + 0, $header, $none) == 0 or fail("give up rights: $!");
exec { $ARGV[0] } @ARGV;
fail("$ARGV[0]: $!");
my $channel;
sub CHANNEL { $channel or open($channel, '<&=', 3); $channel }
sub fail { print STDERR "sallyport: cannot start: $_[0]\\n"; exit 127 }
`;

/** Numbers of sendmsg(2) and capset(2). */
const CALLS: Readonly<Record<string, readonly [number, number]>> = { x64: [46, 126], arm64: [211, 91] };
const PLACES = ['/usr/bin/perl', '/usr/local/bin/perl', '/bin/perl'];

/** Where Perl is; undefined where it is not, or on processors whose call numbers are not known. */
export function perl(arch: string = process.arch): string | undefined {
  return CALLS[arch] === undefined ? undefined : PLACES.find(isProgram);
}

/**
 * Variables as the starter is to have them: what would have it run code of others, which could speak on the channel, comes
 * into force only when it becomes the backend.
 */
export function heldBack(env: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).map(([name, value]) => [LEADS_STARTER.test(name) ? `${LATER}${name}` : name, value]),
  );
}

/** The command line that starts `command` by way of the starter; `perl` is where it is. */
export function startedBy(
  perlFile: string,
  listeners: readonly Listener[],
  command: readonly string[],
  arch: string = process.arch,
): string[] {
  const [sendmsg, capset] = CALLS[arch]!;
  const places = listeners.map(({ address, port }) => `${address}:${port}`);
  return [perlFile, '-e', SCRIPT, String(sendmsg), String(capset), String(places.length), ...places, ...command];
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
