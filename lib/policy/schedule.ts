import type { Schedule } from '../model/rules.ts';

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

/** Compiles a schedule: whether a rule holds at a moment, in milliseconds since 1970. Throws for an unknown timezone. */
export function compileSchedule({ days, hours, timezone, outside }: Schedule): (now: number) => boolean {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: timezone,
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  return (now) => {
    const parts = Object.fromEntries(format.formatToParts(now).map(({ type, value }) => [type, value]));
    const day = DAYS.indexOf(parts.weekday!);
    const minute = Number(parts.hour) * 60 + Number(parts.minute);
    return isWithin(days, hours, day, minute) !== outside;
  };
}

/** A span over midnight belongs to the day it begins on. */
function isWithin(days: Schedule['days'], hours: Schedule['hours'], day: number, minute: number): boolean {
  const on = (which: number) => days.length === 0 || days.includes(which);
  if (hours.length === 0) return on(day);
  return hours.some(({ from, to }) => {
    if (from < to) return on(day) && minute >= from && minute < to;
    return (on(day) && minute >= from) || (on((day + 6) % 7) && minute < to);
  });
}
