import { z } from 'zod';
import { ANOMALY_FEATURES } from '../../model/anomaly.ts';
import { parsePercent } from '../words/percent.ts';
import { duration } from './units.ts';

/** Fewer than one of ten thousand cannot be told in a reasonable time, and more than one of twenty is no anomaly. */
const LEAST = 0.0001;
const MOST = 0.05;

const share = z
  .string()
  .refine((text) => isWithin(parsePercent(text)), { error: 'must be a share of calls from 0.01% to 5%' });

export const anomaly = z.strictObject({
  enabled: z
    .boolean()
    .optional()
    .describe('Whether what is usual of callers is learned, and calls are compared with it.'),
  learn: duration.optional().describe('How long a caller is known before anything is flagged.'),
  min_calls: z
    .int()
    .min(50)
    .max(1_000_000)
    .optional()
    .describe('How many calls it has made before; a small `false_positives` needs more.'),
  features: z.array(z.enum(ANOMALY_FEATURES)).min(1).optional().describe('What is compared.'),
  action: z
    .enum(['flag', 'require_approval', 'deny'])
    .optional()
    .describe('What becomes of a call that is unlike those before.'),
  false_positives: share.optional().describe('Share of calls that may be flagged although nothing has changed.'),
});

function isWithin(value: number | undefined): boolean {
  return value !== undefined && value >= LEAST && value <= MOST;
}
