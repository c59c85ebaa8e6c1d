import type { Schedule } from '../../model/rules.ts';
import type { Spot } from '../files/spot.ts';
import { parseDays, parseSpan } from '../words/schedule-words.ts';

/** The `schedule` of a rule; its words have passed the schema. */
export function resolveSchedule(spot: Spot): Schedule {
  const {
    days = [],
    hours = [],
    timezone,
    outside = false,
  } = spot.value as {
    readonly days?: readonly string[];
    readonly hours?: readonly string[];
    readonly timezone?: string;
    readonly outside?: boolean;
  };
  return {
    ...spot.place,
    days: [...new Set(days.flatMap((text) => parseDays(text)!))],
    hours: hours.map((text) => parseSpan(text)!),
    timezone: timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone,
    outside,
  };
}
