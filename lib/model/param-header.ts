/** An argument of a tool that is repeated in a header of its call (2026-07-28, streamable-http, Custom Headers). */
export interface ParamHeader {
  /** Full name of the header, `Mcp-Param-` included. */
  readonly header: string;
  /** Keys that lead to the value in the arguments. */
  readonly path: readonly string[];
  readonly type: 'string' | 'integer' | 'boolean';
}
