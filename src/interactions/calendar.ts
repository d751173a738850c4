// Days are counted from 1970-01-01, months from January of the year 0, moments in seconds from the start of 1970-01-01.
// The spreadsheets name no time zone, and none is read into them: a moment is what the clock on the wall showed.

const secondsPerDay = 86_400;
const msPerDay = secondsPerDay * 1000;

const dateAndTime = /^(\d{1,2})\/(\d{1,2})\/(\d{4})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/;
const monthAndYear = /^(\d{1,2})-(\d{4})$/;

/** The moment of `dd/mm/yyyy`, `dd/mm/yyyy hh:mm` or `dd/mm/yyyy hh:mm:ss`; undefined where no clock ever shows it. */
export function momentOf(text: string): number | undefined {
  const found = dateAndTime.exec(text);
  if (!found) return undefined;
  const [day = 0, month = 0, year = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  const start = dayNumber(year, month, day);
  if (start === undefined || hours > 23 || minutes > 59 || seconds > 59) return undefined;
  return start * secondsPerDay + hours * 3600 + minutes * 60 + seconds;
}

/** The month of `mm-yyyy`; undefined where there is no such month. */
export function monthOf(text: string): number | undefined {
  const [, month = '', year = ''] = monthAndYear.exec(text) ?? [];
  return dayNumber(Number(year), Number(month), 1) === undefined ? undefined : Number(year) * 12 + Number(month) - 1;
}

export const dayOfMoment = (moment: number): number => Math.floor(moment / secondsPerDay);

/** The day of an ISO date, `yyyy-mm-dd`. */
export const dayOfIsoDate = (date: string): number => Date.parse(date) / msPerDay;

export function monthOfDay(day: number): number {
  const date = new Date(day * msPerDay);
  return date.getUTCFullYear() * 12 + date.getUTCMonth();
}

/** `yyyy-mm` */
export const isoMonth = (month: number): string =>
  `${String(Math.floor(month / 12)).padStart(4, '0')}-${String((month % 12) + 1).padStart(2, '0')}`;

/** Whether day and month of a date could be taken for each other. */
export function isAmbiguous(day: number): boolean {
  const date = new Date(day * msPerDay);
  return date.getUTCDate() <= 12 && date.getUTCDate() !== date.getUTCMonth() + 1;
}

/** JavaScript's calendar takes the 31st of April for the 1st of May, and years below 100 for those of the 20th century. */
function dayNumber(year: number, month: number, day: number): number | undefined {
  if (year < 1000) return undefined;
  const date = new Date(Date.UTC(year, month - 1, day));
  const isReal = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
  return isReal ? date.getTime() / msPerDay : undefined;
}
