/** Where counts of what the gateway does can be read, in the text format of Prometheus. */
export interface MetricsConfig {
  readonly enabled: boolean;
  /** Name or address to listen on; undefined for every interface. */
  readonly host: string | undefined;
  /** 0 for any that is free. */
  readonly port: number;
  /** Path they are read at. */
  readonly endpoint: string;
  /** What whoever reads them must show as `Authorization: Bearer`; undefined where nobody is asked. */
  readonly token: string | undefined;
  /** Others than this machine may read them without showing anything. */
  readonly allowPublic: boolean;
}
