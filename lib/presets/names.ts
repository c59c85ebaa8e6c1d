/** Names of the presets, as the config writes them. */
export const PRESET_NAMES = [
  'filesystem',
  'git',
  'github',
  'postgres',
  'sqlite',
  'playwright',
  'puppeteer',
  'fetch',
  'shell',
  'slack',
  'memory',
] as const;

export type PresetName = (typeof PRESET_NAMES)[number];
