import { type ByBucket, type Keep, readByBucket } from './by-bucket';
import { momentOf } from './calendar';
import { faultOfName } from './clean-name';
import { idOf } from './customer';
import type { Moments } from './moments';
import { Names } from './names';
import { quoted, type Row } from './read-table';

type Column = 'date' | 'channel' | 'customer_id';

const names = {
  date: ['Date', 'Date and Time', 'Date Time', 'Interaction Date', 'Timestamp'],
  channel: ['Channel', 'Interaction', 'Interaction Channel', 'Interaction Type', 'Type'],
  customer_id: ['Customer ID', 'Customer', 'Customer Number', 'ID'],
} as const;

export interface CleanInteractions extends ByBucket<GivenInteractions> {
  readonly kind: 'interactions';
  readonly channels: Names;
}

export interface GivenInteractions {
  readonly id: number;
  /** Channels are numbered as the file's `channels` are. */
  readonly moments: Moments;
}

/** Reads a table of interactions. Throws as `readTable` does. */
export async function cleanInteractions(content: AsyncIterable<Uint8Array>): Promise<CleanInteractions> {
  const channels = new Names();
  const record = Buffer.allocUnsafe(recordBytes);

  const take = (row: Row<Column>, keep: Keep): readonly string[] => {
    const moment = momentOf(row.text('date'));
    const id = idOf(row.text('customer_id'));
    const channelFault = faultOfChannel(row.text('channel'), channels);
    if (moment !== undefined && id !== undefined && channelFault === undefined) {
      record.writeDoubleLE(id, 0);
      record.writeDoubleLE(moment, 8);
      record.writeUInt32LE(channels.add(row.raw('channel'), 1), 16);
      keep(id, record);
      return [];
    }
    return [
      ...(moment === undefined ? [faultOfDate(row.text('date'))] : []),
      ...(channelFault === undefined ? [] : [channelFault]),
      ...(id === undefined ? [faultOfId(row.text('customer_id'))] : []),
    ];
  };

  const rows = await readByBucket(content, { names, optional: [], take, group: grouped });
  return { kind: 'interactions', channels, ...rows };
}

export const faultOfId = (text: string): string =>
  text === ''
    ? 'the customer id is empty'
    : `${quoted(text)} is no customer id; write a positive integer without leading zeros, such as 12`;

const faultOfChannel = (text: string, channels: Names): string | undefined =>
  /^\d+$/.test(text)
    ? `the channel ${quoted(text)} is a number; are the columns in their places?`
    : faultOfName('channel', text, channels);

const faultOfDate = (text: string): string =>
  text === ''
    ? 'the date is empty'
    : `${quoted(text)} is no date; write dd/mm/yyyy hh:mm, such as 04/10/2019 09:00, day first`;

/** Customer and moment as doubles, which hold every integer that either can be, and the channel. */
const recordBytes = 20;

/** The records of a bucket, put together by customer, moment and channel. */
function grouped(records: Buffer): readonly GivenInteractions[] {
  const count = records.length / recordBytes;
  const ids = Float64Array.from({ length: count }, (_, i) => records.readDoubleLE(i * recordBytes));
  const moments = Float64Array.from({ length: count }, (_, i) => records.readDoubleLE(i * recordBytes + 8));
  const channels = Uint32Array.from({ length: count }, (_, i) => records.readUInt32LE(i * recordBytes + 16));
  const order = Uint32Array.from({ length: count }, (_, i) => i).sort(
    (a, b) =>
      (ids[a] as number) - (ids[b] as number) ||
      (moments[a] as number) - (moments[b] as number) ||
      (channels[a] as number) - (channels[b] as number),
  );
  const customers: { id: number; moments: number[] }[] = [];
  for (const i of order) {
    const [id, moment, channel] = [ids[i] as number, moments[i] as number, channels[i] as number];
    let customer = customers.at(-1);
    if (customer?.id !== id) {
      customer = { id, moments: [] };
      customers.push(customer);
    }
    const end = customer.moments.length;
    const isSame = customer.moments[end - 3] === moment && customer.moments[end - 2] === channel;
    if (isSame) customer.moments[end - 1] = (customer.moments[end - 1] as number) + 1;
    else customer.moments.push(moment, channel, 1);
  }
  return customers;
}
