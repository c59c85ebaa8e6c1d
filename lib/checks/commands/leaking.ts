import type { ShellCommand, ShellFacts } from '../../parse/shell/facts.ts';
import { allCommands, hasOption, nameOf, runsUnknown, treeOf } from './tree.ts';

const SENDS = new Set(
  'curl wget nc ncat netcat telnet socat openssl http https xh ftp tftp lftp mail mailx sendmail scp rsync ssh dig host nslookup'.split(
    ' ',
  ),
);
const CONNECTS = new Set(['nc', 'ncat', 'netcat', 'telnet', 'socat', 'openssl']);
const SHOWS_SECRETS = new Set(['env', 'printenv', 'history', 'set', 'export', 'declare']);
const SECRET_FILE =
  /(^|[/@=])(\.ssh\/(?!.*\.pub$|known_hosts$|config$)|\.aws\/|\.gnupg\/|\.netrc$|\.npmrc$|\.pypirc$|\.kube\/config|\.docker\/config\.json|\.git-credentials$|\.env(\.\w+)?$|id_(rsa|ed25519|ecdsa|dsa)$|\.(bash|zsh|python|psql|mysql)_history$|\.pgpass$|\.azure\/|\.config\/gcloud\/)|\/etc\/(shadow|passwd|sudoers)$/;

/** Whether a command line hands a shell, or credentials, to somebody elsewhere; in words for the model. */
export function leak(facts: ShellFacts): string | undefined {
  for (const command of allCommands(facts)) {
    if (handsOutShell(command)) return 'a shell handed to another machine';
    if (uploadsSecret(command)) return 'credentials sent to another machine';
  }
  for (const pipeline of facts.pipelines) {
    let secret = false;
    let shell = false;
    for (const member of pipeline) {
      const commands = member.flatMap((command) => [...treeOf(command)]);
      if (secret && commands.some((command) => SENDS.has(nameOf(command))))
        return 'credentials sent to another machine';
      if (shell && commands.some((command) => CONNECTS.has(nameOf(command))))
        return 'a shell handed to another machine';
      secret ||= commands.some(showsSecret);
      shell ||= commands.some((command) => runsUnknown(command) && isShell(command));
    }
  }
  return undefined;
}

function isShell(command: ShellCommand): boolean {
  return /^(ba|da|z|k|a)?sh$/.test(nameOf(command));
}

/** `nc -e`, `socat exec:`, and programs in other languages that join a socket and a shell. */
function handsOutShell(command: ShellCommand): boolean {
  const name = nameOf(command);
  if (['nc', 'ncat', 'netcat'].includes(name) && hasOption(command, 'ec', 'exec', 'sh-exec', 'lua-exec')) return true;
  if (name === 'socat' && command.words.some(({ text }) => /exec:|system:/i.test(text))) return true;
  return command.hazards.some(({ code = '' }) => {
    const connects = /socket|\/inet\/(tcp|udp)|TCPSocket|fsockopen|net\.connect|createConnection|\/dev\/tcp/i.test(
      code,
    );
    return connects && /subprocess|pty|dup2|exec|spawn|system|popen|\/bin\/\w*sh|\|&/.test(code);
  });
}

function showsSecret(command: ShellCommand): boolean {
  if (SHOWS_SECRETS.has(nameOf(command)) && command.words.length === 1) return true;
  return (
    command.words.some(({ text }) => SECRET_FILE.test(text)) ||
    command.redirects.some(({ target }) => SECRET_FILE.test(target.text))
  );
}

function uploadsSecret(command: ShellCommand): boolean {
  const name = nameOf(command);
  if (!SENDS.has(name)) return false;
  if (command.inner.some(showsSecret)) return true;
  if (command.redirects.some(({ target, direction }) => direction === 'read' && SECRET_FILE.test(target.text)))
    return true;
  return command.words.some(
    ({ text }, at) => at > 0 && SECRET_FILE.test(text) && gives(name, text, command.words[at - 1]!.text),
  );
}

/** Whether a word names a file to send, and not a key to log in with. */
function gives(program: string, text: string, before: string): boolean {
  // To rsync `-i` is a wish for more words, and `-e` takes the program that connects.
  const takesKey = program === 'rsync' ? /^-[a-zA-Z]*e$/ : /^-.*[iE]$/;
  if (takesKey.test(before) || /^--(cert|key|cacert|netrc-file|config|rsh|identity)/.test(before)) return false;
  if (['scp', 'rsync', 'ftp', 'tftp', 'lftp'].includes(program)) return !text.startsWith('-');
  if (text.includes('@') || /^-T./.test(text)) return true;
  return (
    /^(-[a-zA-Z]*[TdF]|--upload-file|--data.*|--form.*|--post-file|--body-file|--json)$/.test(before) ||
    /^--(post-file|body-file|upload-file)=/.test(text)
  );
}
