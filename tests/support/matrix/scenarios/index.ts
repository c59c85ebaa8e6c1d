import type { Scene } from '../scene.ts';
import { cancel, logging, progress } from './calls.ts';
import { completion, pagination, prompts, resources, tools } from './lists.ts';
import { listChanged, subscriptions } from './news.ts';
import { form, roots, sampling, url } from './questions.ts';
import { tasks } from './tasks.ts';

/** Every feature of the protocol in the matrix, with the scenario that shows that it works. */
export const SCENARIOS = {
  tools,
  resources,
  prompts,
  completion,
  pagination,
  progress,
  cancel,
  logging,
  sampling,
  'elicitation (form)': form,
  'elicitation (URL)': url,
  roots,
  list_changed: listChanged,
  subscriptions,
  tasks,
} as const satisfies Readonly<Record<string, (scene: Scene) => Promise<void>>>;

export type Feature = keyof typeof SCENARIOS;
export const FEATURES = Object.keys(SCENARIOS) as Feature[];
