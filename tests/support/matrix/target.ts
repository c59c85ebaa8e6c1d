/** Where a client finds its server. */
export type Target =
  | {
      readonly command: string;
      readonly args: readonly string[];
      readonly env?: Readonly<Record<string, string>>;
    }
  /** Streamable HTTP. */
  | { readonly url: string }
  /** HTTP+SSE, which is all that a client of 2024-11-05 knows of HTTP. */
  | { readonly sse: string };
