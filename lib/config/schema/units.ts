import { z } from 'zod';
import { parseDuration, parseSize } from '../words/units.ts';

/** A size in the config: a number of bytes, or text with a unit. */
export const size = z
  .union([z.number(), z.string()])
  .refine((value) => parseSize(value) !== undefined, { error: 'must be a size such as 10MB or 8MiB' })
  .meta({ unit: 'size' });

export const duration = z
  .string()
  .refine((value) => parseDuration(value) !== undefined, {
    error: 'must be a duration such as 250ms, 60s or 90d',
  })
  .meta({ unit: 'duration' });
