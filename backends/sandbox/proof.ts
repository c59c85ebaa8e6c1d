import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What is tried from inside, in the order of the table `doctor` prints. */
export const ATTEMPTS = ['credentials', 'writing', 'metadata', 'raw socket', 'daemon', 'our process'] as const;
export type Attempt = (typeof ATTEMPTS)[number];

/** `held`: it failed as it must; `open`: it did not; `untried`: it could not be tried here. */
export type Verdict = 'held' | 'open' | 'untried';

export interface ProofGround {
  /** Files and folders that hold credentials or are our own. */
  readonly secret: readonly string[];
  /** Folders nobody may write to. */
  readonly outside: readonly string[];
  readonly home: string;
  /** Told apart from those of everybody else. */
  readonly nonce: string;
}

const GONE_MS = 1000;
const LOOK_MS = 20;
const METADATA = '169.254.169.254';

/** Connects, or asks the proxy that is set to, and prints what came of it; Perl since a shell opens no sockets. */
const NETWORK = `
use Socket; $SIG{ALRM} = sub { exit 1 }; alarm 3;
my ($what, $host) = @ARGV;
if ($what eq 'raw') { exit(socket(my $s, 2, 3, 1) ? 0 : 1) }
my ($at, $port) = ($host, 80);
my $proxy = $ENV{http_proxy} // '';
($at, $port) = ($1, $2) if $what eq 'proxy' and $proxy =~ m{//([^:/]+):(\\d+)};
exit 1 if $what eq 'proxy' and $proxy eq '';
socket(my $s, 2, 1, 0) or exit 1;
connect($s, sockaddr_in($port, inet_aton($at))) or exit 1;
exit 0 if $what eq 'direct';
syswrite($s, "GET http://$host/ HTTP/1.1\\r\\nHost: $host\\r\\nConnection: close\\r\\n\\r\\n");
sysread($s, my $answer, 64);
exit(($answer // '') =~ m{^HTTP/1.1 403} ? 1 : 0);
`;

/** Arguments: the nonce, our process number, then `secret`, `outside` and `daemon` with their words. */
const SCRIPT = `
nonce=$1 gateway=$2 network=$3; shift 3
said() { echo "proof:$1:$2"; }
while [ $# -gt 1 ]; do
  kind=$1 path=$2; shift 2
  case $kind in
    secret)
      if [ -d "$path" ]; then [ -n "$(ls -A "$path" 2>/dev/null)" ] && said credentials open || said credentials held
      elif [ -f "$path" ]; then head -c 1 "$path" 2>/dev/null | grep -q . && said credentials open || said credentials held
      else said credentials held; fi ;;
    outside) touch "$path/$nonce" 2>/dev/null; said writing tried ;;
  esac
done
if command -v perl >/dev/null 2>&1; then
  for way in direct proxy; do perl -e "$network" "$way" ${METADATA} 2>/dev/null && said metadata open || said metadata held; done
  perl -e "$network" raw 2>/dev/null && said 'raw socket' open || said 'raw socket' held
fi
if grep -qs sallyport "/proc/$gateway/cmdline"; then said 'our process' open; else said 'our process' held; fi
(setsid sleep "9$nonce" >/dev/null 2>&1 </dev/null &) 2>/dev/null
said daemon tried
`;

/** The command that tries to break out, to be run where a backend runs. */
export function proofCommand({ secret, outside, nonce }: ProofGround): [string, ...string[]] {
  const tried = [
    ...secret.filter(holdsSomething).flatMap((path) => ['secret', path]),
    ...outside.flatMap((path) => ['outside', path]),
  ];
  return ['/bin/sh', '-c', SCRIPT, 'proof', nonce, String(process.pid), NETWORK, ...tried];
}

/** What came of it, by what was printed inside and what is to be seen outside. */
export async function proofOf(printed: string, { outside, nonce }: ProofGround): Promise<Record<Attempt, Verdict>> {
  const said = (attempt: Attempt): Verdict => {
    const words = [...printed.matchAll(/^proof:([^:\n]+):(\w+)$/gm)].filter(([, what]) => what === attempt);
    if (words.length === 0) return 'untried';
    return words.some(([, , word]) => word === 'open') ? 'open' : 'held';
  };
  const written = outside.map((folder) => join(folder, nonce)).filter((path) => existsSync(path));
  for (const path of written) rmSync(path, { force: true });
  const verdict = (attempt: Attempt, isOpen: boolean): Verdict => (isOpen ? 'open' : said(attempt));
  return {
    credentials: said('credentials'),
    writing: verdict('writing', written.length > 0),
    metadata: said('metadata'),
    'raw socket': said('raw socket'),
    daemon: verdict('daemon', await staysRunning(`9${nonce}`)),
    'our process': said('our process'),
  };
}

function holdsSomething(path: string): boolean {
  try {
    const stat = statSync(path);
    return stat.isDirectory() ? readdirSync(path).length > 0 : stat.size > 0;
  } catch {
    return false;
  }
}

/** What is ended with its sandbox is gone a moment after it. */
async function staysRunning(word: string): Promise<boolean> {
  for (let left = GONE_MS; isRunning(word); left -= LOOK_MS) {
    if (left <= 0) return true;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  return false;
}

/** Whether a process has `word` among its arguments (Linux; elsewhere nothing is seen). */
function isRunning(word: string): boolean {
  return readable('/proc').some((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').split('\0').includes(word);
    } catch {
      return false;
    }
  });
}

function readable(path: string): string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
