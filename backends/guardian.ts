import { type ChildProcess, spawn } from 'node:child_process';
import { basename } from 'node:path';
import { RUN_LABEL, startTimeOf } from './process-table.ts';
import { clientEnvironment } from './sandbox/container-environment.ts';

/**
 * Waits for the end of its standard input, which the kernel closes however the gateway ends, then ends every
 * process group it was told of and every process that carries the run's marker; a process on its way from one
 * program to the next shows none, so it takes two looks that find nothing. `same` guards against a
 * process number that was given to somebody else meanwhile. A gateway that says good-bye has ended the groups
 * and the containers, and without /proc it cannot look for the marker itself. Containers are ended by their label,
 * with the client of each engine it was told of; a client that hangs is given up.
 */
const SCRIPT = `
run=$1
groups=
engines=
started() {
  if [ -r /proc/$1/stat ]; then
    IFS= read -r line < /proc/$1/stat || return 0
    set -- \${line##*) }
    echo "\${20}"
  elif [ ! -d /proc/self ]; then
    ps -o lstart= -p "$1" 2>/dev/null | tr -s ' ' '_'
  fi
}
same() { now=$(started "$1"); [ -z "$now" ] || [ "$now" = "$2" ]; }
signal() {
  for entry in $groups; do
    same "\${entry%%:*}" "\${entry#*:}" && kill -"$1" -- "-\${entry%%:*}" 2>/dev/null
  done
}
marked() {
  if [ -d /proc/self ]; then
    grep -lsa "SALLYPORT_RUN=$run" /proc/[0-9]*/environ 2>/dev/null | cut -d/ -f3
  else
    ps -axww -E -o pid=,command= 2>/dev/null | grep "SALLYPORT_RUN=$run" | grep -v grep | awk '{print $1}'
  fi
}
within() {
  "$@" 2>/dev/null &
  job=$!
  ticks=0
  while kill -0 $job 2>/dev/null && [ $ticks -lt 50 ]; do sleep 0.1; ticks=$((ticks + 1)); done
  kill -KILL $job 2>/dev/null
  wait $job 2>/dev/null
}
contained() {
  for engine in $engines; do
    for round in 1 2 3; do
      left=$(within "$engine" ps -aq --filter "label=${RUN_LABEL}=$run")
      [ -z "$left" ] && break
      within "$engine" kill $left > /dev/null
      within "$engine" rm -f -v $left > /dev/null
    done
  done
}
while IFS=' ' read -r verb pid start; do
  case $verb in
    engine) engines="$engines $pid" ;;
    add) [ "$start" = '?' ] && start=$(started "$pid"); groups="$groups $pid:$start" ;;
    del) kept=; for entry in $groups; do [ "\${entry%%:*}" = "$pid" ] || kept="$kept $entry"; done; groups=$kept ;;
    bye) [ -d /proc/self ] && exit 0; groups=; engines=; break ;;
  esac
done
signal TERM
sleep 0.5
signal KILL
clear=0
for round in 1 2 3 4 5 6; do
  left=$(marked)
  if [ -n "$left" ]; then clear=0; kill -KILL $left 2>/dev/null; else clear=$((clear + 1)); fi
  [ $clear = 2 ] && break
  sleep 0.1
done
contained
`;

/** The shell leaves at once; this is for a machine that is busy. */
const LEAVE_MS = 200;

/**
 * A small shell that outlives us and ends what we started, so that nothing survives even our own SIGKILL.
 * It must be running before the first backend is, since a marked process alone is enough for it.
 */
export class Guardian {
  readonly run: string;
  readonly #known = new Map<number, string>();
  readonly #engines = new Set<string>();
  #shell: ChildProcess | undefined;
  #closed = false;

  /** `run` is the value every backend carries in SALLYPORT_RUN. */
  constructor(run: string) {
    this.run = run;
  }

  /** Starts the shell unless it runs. Where there is no `/bin/sh` (Windows) there is no guardian. */
  watch(): void {
    if (this.#shell !== undefined || this.#closed || process.platform === 'win32') return;
    const shell = spawn('/bin/sh', ['-c', SCRIPT, 'sallyport-guardian', this.run], {
      detached: true,
      stdio: ['pipe', 'ignore', 'ignore'],
      env: { ...clientEnvironment(process.env), PATH: '/usr/bin:/bin:/usr/sbin:/sbin' },
      cwd: '/',
    });
    this.#shell = shell;
    shell.stdin!.on('error', () => {});
    shell.on('error', () => {
      this.#shell = undefined;
    });
    shell.once('exit', () => this.#restart());
    shell.unref();
    for (const file of this.#engines) this.#tell(`engine ${file}`);
    for (const [pid, start] of this.#known) this.#tell(`add ${pid} ${start}`);
  }

  /** Notes the process group led by `pid`. */
  add(pid: number): void {
    const start = startTimeOf(pid) ?? '?';
    this.#known.set(pid, start);
    this.#tell(`add ${pid} ${start}`);
  }

  /**
   * Containers of this run may be started with this client, a path or a name; to be told before the first of them.
   * A path with spaces is looked up by its last name instead.
   */
  engine(file: string): void {
    const name = /\s/.test(file) ? basename(file) : file;
    if (/\s/.test(name) || this.#engines.has(name)) return;
    this.#engines.add(name);
    this.#tell(`engine ${name}`);
  }

  /** The group has been ended and swept. */
  remove(pid: number): void {
    if (this.#known.delete(pid)) this.#tell(`del ${pid} -`);
  }

  /** Dismisses the shell; everything it watched must be gone. Resolves when it has left. */
  async close(): Promise<void> {
    this.#closed = true;
    const shell = this.#shell;
    if (shell === undefined) return;
    const gone = new Promise<void>((resolve) => shell.once('exit', () => resolve()));
    this.#tell('bye');
    shell.stdin?.end();
    await Promise.race([gone, new Promise<void>((resolve) => setTimeout(resolve, LEAVE_MS))]);
  }

  #tell(line: string): void {
    this.#shell?.stdin?.write(`${line}\n`);
  }

  #restart(): void {
    this.#shell = undefined;
    if (!this.#closed && this.#known.size + this.#engines.size > 0) this.watch();
  }
}
