const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const SPAN = /^([01]?\d|2[0-4]):([0-5]\d)\s*-\s*([01]?\d|2[0-4]):([0-5]\d)$/;
const MINUTES_OF_DAY = 24 * 60;

/** The days of `mon`, `monday` or `mon-fri`, which may go over the end of the week; undefined for anything else. */
export function parseDays(text: string): number[] | undefined {
  const ends = text.split('-').map((word) => DAYS.indexOf(word.trim().toLowerCase().slice(0, 3)));
  const [from, to = from] = ends;
  if (from === undefined || to === undefined || from < 0 || to < 0 || ends.length > 2) return undefined;
  const days = [from];
  while (days.at(-1) !== to) days.push((days.at(-1)! + 1) % DAYS.length);
  return days;
}

/** Minutes since midnight of `08:00-18:00`; undefined for anything else. */
export function parseSpan(text: string): { readonly from: number; readonly to: number } | undefined {
  const match = SPAN.exec(text.trim());
  if (match === null) return undefined;
  const [from, to] = [Number(match[1]) * 60 + Number(match[2]), Number(match[3]) * 60 + Number(match[4])];
  return from > MINUTES_OF_DAY || to > MINUTES_OF_DAY || from === to ? undefined : { from, to };
}

export function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: name }).format(0) !== '';
  } catch {
    return false;
  }
}
