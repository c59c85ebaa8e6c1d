import type { SandboxMode } from '../model/sandbox.ts';
import type { RawBackend } from './schema/schema.ts';

/** What the command line adds to the files. */
export interface Overrides {
  readonly profile?: 'balanced' | 'strict' | undefined;
  readonly observe?: boolean | undefined;
  /** `serve`: strict rules unless a file says otherwise, and SIGHUP reads the files again. */
  readonly serving?: boolean | undefined;
  /** `wrap`: the one backend; those of the files are not started. */
  readonly only?: RawBackend | undefined;
  /** Whether backends run in a sandbox, unless an administrator asks for more. */
  readonly sandbox?: SandboxMode | undefined;
  readonly allow?: readonly string[] | undefined;
  readonly deny?: readonly string[] | undefined;
}
