import { paths } from '../../../lib/checks/paths.ts';
import type { Call, Reply } from '../../../lib/model/call.ts';
import type { Decision } from '../../../lib/model/decision.ts';
import type { Files } from '../../../lib/model/files.ts';
import { decideCall, decideReply } from '../../../lib/policy/decide.ts';
import { Payload } from '../../../lib/wire/payload.ts';
import { configOf } from '../config/config-texts.ts';
import { callWith, replyOf } from './calls.ts';
import { type FileText, MemoryFiles } from './memory-files.ts';
import { compiled, stateInMemory } from './policy-state.ts';

export interface PathsScene {
  /** Members of `policies`, as YAML in flow style. */
  readonly policies?: string;
  readonly profile?: 'balanced' | 'strict';
  /** Members of the backend besides its name. */
  readonly backend?: string;
  readonly files?: Readonly<Record<string, FileText>> | Files;
  readonly foldsCase?: boolean;
}

/** The check of paths alone, over files in memory; the project is `/home/ana/project`. */
export function pathsScene({
  policies = '',
  profile = 'balanced',
  backend,
  files = {},
  foldsCase = false,
}: PathsScene) {
  const { config } = configOf({
    config: `
version: 1
profile: ${profile}
backends: [{ name: files, ${backend ?? 'command: files-server, cwd: /home/ana/project'} }]
policies: { default: allow, effects: { "files/read*": [read] }, ${policies} }
`,
  });
  const looking = 'look' in files ? (files as Files) : new MemoryFiles(files as Record<string, FileText>, foldsCase);
  const policy = compiled(config, [paths], stateInMemory({ files: looking }));
  const callOf = (args: unknown, tool = 'read', parts: Partial<Call> = {}): Call =>
    callWith({
      resource: { backend: 'files', type: 'tool', id: tool },
      params: Payload.of(JSON.stringify({ name: tool, arguments: args })),
      ...parts,
    });
  return {
    callOf,
    decide: async (args: unknown, tool?: string, parts?: Partial<Call>): Promise<Decision> =>
      decideCall(policy, callOf(args, tool, parts)),
    /** The arguments as they are forwarded. */
    forwarded: async (args: unknown, tool?: string): Promise<unknown> => {
      const call = callOf(args, tool);
      const { edits } = await decideCall(policy, call);
      const sent = edits.reduce((body, edit) => edit.apply(body), call.params!);
      return (sent.json() as { arguments: unknown }).arguments;
    },
    /** What is left of a reply. */
    replied: async (args: unknown, tool: string, result: unknown): Promise<unknown> => {
      const reply: Reply = replyOf(result);
      const { edits } = await decideReply(policy, callOf(args, tool), reply);
      return edits.reduce((body, edit) => edit.apply(body), reply.body).json();
    },
  };
}
