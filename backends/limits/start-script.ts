/** The exit code of a start that could not join its cgroup, and so did not take place. */
export const NOT_JOINED = 121;
/** The exit code of a start that could not set one of its limits, and so did not take place. */
export const NOT_LIMITED = 122;

/**
 * Takes pairs of a word and a value up to `--`, does what each says to itself, and becomes the command after it.
 * All it is told comes as arguments; nothing is put into its text.
 *
 * A hard limit that is already lower stands, since nobody but root may raise it. `ulimit -f` counts blocks of 512 bytes
 * in every shell but bash, which does so only in POSIX mode and since 4.1. The number of tasks is `-u`, in dash `-p`. It
 * counts all of the user's, some of which cannot be seen from inside a container, so it is tried before it is set; it is
 * the wall behind the watch, which goes on without it. The variables are those a shell adds by itself.
 */
export const START_SCRIPT = `
stop() { echo "sallyport-start: $2" >&2; exit "$1"; }
hold() {
  ulimit -S "$1" "$2" 2>/dev/null && ulimit -H "$1" "$3" 2>/dev/null && return
  [ "$(ulimit -H "$1")" -le "$3" ] 2>/dev/null || stop ${NOT_LIMITED} "cannot set the limit $1 to $3"
}
file_size() {
  blocks=$1
  case \${BASH_VERSION-} in
    '') ;;
    [123].* | 4.0*) blocks=$(( ($1 + 1) / 2 )) ;;
    *) case :$SHELLOPTS: in *:posix:*) ;; *) blocks=$(( ($1 + 1) / 2 )) ;; esac ;;
  esac
  hold -f "$blocks" "$blocks"
}
tasks() {
  flag=-u
  ulimit -u >/dev/null 2>&1 || flag=-p
  (ulimit -S "$flag" "$1" && (:); exit "$?") 2>/dev/null || return 0
  hold "$flag" "$1" "$1"
}
while [ "$#" -gt 0 ]; do
  case $1 in
    join) { echo "$$" > "$2"; } 2>/dev/null || stop ${NOT_JOINED} "cannot join $2" ;;
    cpu) hold -t "$2" "$(( $2 + 1 ))" ;;
    files) hold -n "$2" "$2" ;;
    blocks) file_size "$2" ;;
    kilobytes) hold -d "$2" "$2" ;;
    tasks) tasks "$2" ;;
    --) shift; break ;;
    *) stop ${NOT_LIMITED} "does not know $1" ;;
  esac
  shift 2
done
ulimit -c 0 2>/dev/null
unset PWD OLDPWD SHLVL
case $1 in -*) stop 127 "$1 is no program" ;; esac
exec "$@"
`;
