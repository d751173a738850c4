import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Import, State } from './state';

const csv = (name: string) => readFileSync(join(__dirname, '..', '..', '..', 'data', `${name}.csv`), 'utf8');

/** The tables that `npm start` brings. */
const imports: readonly Import[] = [
  {
    csv: csv('customers'),
    table: {
      kind: 'customers',
      rows: [
        { id: 1, type: 'Red' },
        { id: 2, type: 'Orange' },
        { id: 3, type: 'Blue' },
        { id: 11, type: 'Orange' },
        { id: 12, type: 'Red' },
      ],
    },
  },
  {
    csv: csv('interactions'),
    table: {
      kind: 'interactions',
      rows: [
        { date: '2019-10-04', time: '09:00', channel: 'Email', customer: 1 },
        { date: '2020-02-11', time: '16:10', channel: 'Call', customer: 4 },
        { date: '2020-03-05', time: '11:23', channel: 'Bird', customer: 4 },
        { date: '2021-06-04', time: '13:01', channel: 'Email', customer: 3 },
      ],
    },
  },
  {
    csv: csv('products'),
    table: {
      kind: 'products',
      rows: [
        { month: '2019-01', topic: 'Sand' },
        { month: '2019-02', topic: 'Sand' },
        { month: '2021-10', topic: 'Orange' },
      ],
    },
  },
];

export const firstState = (): State => ({ users: {}, uploads: [], maps: [], imports: [...imports] });
