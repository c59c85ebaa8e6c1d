import { factsOf } from '../../../backends/local/process-facts.ts';

/** What agents set in the commands they run, taken away: the tests may be run by one. */
export const NO_AGENT: Readonly<Record<string, string>> = Object.fromEntries(
  ['CI', 'CLAUDECODE', 'CODEX_SANDBOX', 'CODEX_SANDBOX_NETWORK_DISABLED', 'CURSOR_AGENT', 'GEMINI_CLI'].map((name) => [
    name,
    '',
  ]),
);

/** A job of continuous integration. */
export const JOB: Readonly<Record<string, string>> = { ...NO_AGENT, CI: 'true' };

/** Whether what a test starts has a terminal, as it has where a person runs the tests. */
export const HAS_SEAT = factsOf(process.pid)?.hasTerminal !== false;
