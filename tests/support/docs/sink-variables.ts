/** What the environment holds for the sinks of the example config and of the guides; nothing listens there. */
export const SINK_VARIABLES = {
  SLACK_WEBHOOK: 'https://hooks.slack.com/services/T000/B000/a-channel-of-the-reader',
  PD_ROUTING_KEY: 'A0KEYOFTHEREADER0000000000000000',
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 'reader').toString('base64')}`,
} as const;
