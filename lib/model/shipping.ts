/** Where records go besides the files of the log. */
export type Destination = 'stdout' | 'webhook' | 'otlp' | 'syslog';

export const DESTINATIONS: readonly Destination[] = ['stdout', 'webhook', 'otlp', 'syslog'];

/** How records are written for others. */
export type ExportFormat = 'native' | 'ocsf' | 'ecs' | 'cef';

export const EXPORT_FORMATS: readonly ExportFormat[] = ['native', 'ocsf', 'ecs', 'cef'];

/** How grave a record is, from 0 to 10 as CEF counts. */
export type Severity = 1 | 3 | 5 | 7 | 9;

/** One record on its way elsewhere. */
export interface ShippedRecord {
  readonly seq: number;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly kind: string;
  /** Short name of what it is about: an action, an event. */
  readonly subject: string;
  readonly severity: Severity;
  /** Trace it belongs to, as 32 hex digits; undefined when it has none. */
  readonly trace: string | undefined;
  /** The record in the format that is asked for: one line. */
  readonly text: string;
}

/**
 * Records of one log in their order, without gaps. `id` is the same whenever the same records are sent again, also by
 * another process, so that a receiver can drop what it has; whoever keeps the last `seq` of each log can as well.
 */
export interface Batch {
  readonly id: string;
  /** Name of the log: of all segments of one process. */
  readonly log: string;
  readonly first: number;
  readonly last: number;
  readonly format: ExportFormat;
  readonly records: readonly ShippedRecord[];
}

/** What came of sending a batch. `refused` is about these very records, `later` about anything else. */
export type Receipt =
  | { readonly kind: 'taken' }
  | { readonly kind: 'later'; readonly why: string; readonly afterMs?: number | undefined }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'partly'; readonly why: string };

/** A place records are sent to. `send` answers in bounded time, never throws, and is not called twice at once. */
export interface Receiver {
  readonly name: Destination;
  send(batch: Batch): Promise<Receipt>;
  /** Whether it can be reached, for `doctor`; sends no record. Rejects with what is wrong. */
  reach(): Promise<string>;
  close(): void;
}

export interface WebhookDestination {
  readonly url: string;
  /** Standard Webhooks secrets, the newest first; several while one is replaced. */
  readonly secrets: readonly string[];
  readonly headers: Readonly<Record<string, string>>;
  readonly allowPrivate: boolean;
}

export interface OtlpDestination {
  /** Address of the collector, to which `/v1/logs` is added; undefined when the environment says it. */
  readonly endpoint: string | undefined;
  readonly headers: Readonly<Record<string, string>>;
  readonly allowPrivate: boolean;
}

export interface SyslogDestination {
  /** `tls://host:port` or `tcp://host:port`. */
  readonly url: string;
  /** Number of the facility, 0 to 23. */
  readonly facility: number;
  readonly allowPrivate: boolean;
}

export interface ShippingConfig {
  readonly destinations: readonly Destination[];
  readonly format: ExportFormat;
  readonly webhook: WebhookDestination | undefined;
  readonly otlp: OtlpDestination | undefined;
  readonly syslog: SyslogDestination | undefined;
  /** Past their retention, segments that were not shipped are kept up to this many bytes. */
  readonly maxUnshippedBytes: number;
  /** `file:line:column` of where `stdout` is asked for; undefined when it is not. */
  readonly stdoutAt: string | undefined;
}
