/** Where people and programs are told of things. */
export const SINKS = ['webhook', 'slack', 'pagerduty', 'desktop'] as const;
export type SinkName = (typeof SINKS)[number];

/** A receiver that is reached by HTTP. */
export interface ReceiverConfig {
  readonly url: string;
  /** Its host name may lead into private networks. */
  readonly allowPrivate: boolean;
}

export interface WebhookConfig extends ReceiverConfig {
  /** Each signs; several while one is replaced by another. */
  readonly secrets: readonly string[];
}

export interface PagerDutyConfig extends ReceiverConfig {
  readonly routingKey: string;
}

export interface NotifyConfig {
  readonly webhook: WebhookConfig | undefined;
  /** Its URL is a secret: whoever knows it can post. */
  readonly slack: ReceiverConfig | undefined;
  readonly pagerduty: PagerDutyConfig | undefined;
  readonly desktop: boolean;
}
