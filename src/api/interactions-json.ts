import type { CustomerInteractions, CustomerRequest } from '../interactions/customer-interactions';
import type { ImportResult } from '../interactions/import-file';
import type { Statistics, StatisticsRequest } from '../interactions/statistics';

/** A customer's interactions as the API shows them. */
export const customerJson = (
  { id, match }: Pick<CustomerRequest, 'id' | 'match'>,
  { channels, topic }: CustomerInteractions,
) => ({
  data: {
    customer_id: id,
    interactions: Object.fromEntries(channels),
    ...(topic && { topic: topic.name, match, unattributed: topic.unattributed }),
  },
});

export const statisticsJson = ({ groupBy }: Pick<StatisticsRequest, 'groupBy'>, { rows, total }: Statistics) => ({
  data: rows.map(({ values, count }) => ({
    ...Object.fromEntries(groupBy.map((dimension, place) => [dimension, values[place]])),
    count,
  })),
  total,
});

export const importJson = ({ imported, unchanged, report }: ImportResult) => ({
  imported,
  unchanged,
  rejected: [],
  report: {
    sha256: report.sha256,
    bytes: report.bytes,
    rows: report.rows,
    columns: report.columns,
    unknown_columns: report.unknownColumns,
  },
});
