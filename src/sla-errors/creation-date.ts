/** When a file was made, as PowerShell wrote it, and the same instant in UTC with every digit that was sent. */
export interface CreationDate {
  readonly sent: string;
  readonly utc: string;
}

/** Date and time, to the nanosecond at most, and an offset from UTC. Source: ISO 8601-1, extended format. */
const iso =
  /^(?<date>\d{4}-\d{2}-\d{2})T(?<minutes>\d{2}:\d{2})(?::(?<seconds>\d{2})(?:[.,](?<fraction>\d{1,9}))?)?(?<offset>Z|[+-]\d{2}(?::?\d{2})?)$/;

/**
 * Milliseconds since 1970 in UTC, whatever offset is named behind them: Windows PowerShell 5.1.
 * Source: Microsoft, "Stand-Alone JSON Serialization", section "Dates/Times and JSON".
 */
const microsoft = /^\/Date\((?<ms>-?\d{1,15})(?:[+-]\d{4})?\)\/$/;

/** Both forms, for who describes them; not every text of these forms is a date. */
export const creationDatePattern = [iso, microsoft].map(({ source }) => source.replaceAll(/\?<\w+>/g, '')).join('|');

/** Reads the text of a creation date; undefined where it is none, or lies outside the years 0000 to 9999. */
export function readCreationDate(sent: string): CreationDate | undefined {
  const {
    ms,
    date,
    minutes,
    seconds = '00',
    fraction = '',
    offset = 'Z',
  } = (iso.exec(sent) ?? microsoft.exec(sent))?.groups ?? {};
  if (ms !== undefined) return dateOf(sent, Number(ms), '');
  const local = `${date}T${minutes}:${seconds}`;
  const localMs = Date.parse(`${local}Z`);
  const offsetMs = offsetMsOf(offset);
  // Date.parse carries 30 February and the hour 24 over into the next day.
  if (Number.isNaN(localMs) || !new Date(localMs).toISOString().startsWith(local) || offsetMs === undefined) return;
  return dateOf(sent, localMs - offsetMs, fraction);
}

function dateOf(sent: string, ms: number, fraction: string): CreationDate | undefined {
  const utc = new Date(ms);
  if (!(utc.getUTCFullYear() >= 0 && utc.getUTCFullYear() <= 9999)) return undefined;
  const [seconds, milliseconds = ''] = utc.toISOString().slice(0, -1).split('.');
  const digits = (fraction || milliseconds).replace(/0+$/, '');
  return { sent, utc: `${seconds}${digits && `.${digits}`}Z` };
}

/** Clocks are at most 14 hours from UTC: .NET's own limit. */
function offsetMsOf(offset: string): number | undefined {
  if (offset === 'Z') return 0;
  const hours = Number(offset.slice(1, 3));
  const minutes = Number(offset.slice(3).replace(':', '') || 0);
  if (minutes > 59 || hours * 60 + minutes > 14 * 60) return undefined;
  return (offset.startsWith('-') ? -1 : 1) * (hours * 60 + minutes) * 60_000;
}
