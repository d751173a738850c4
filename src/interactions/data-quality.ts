import { isAmbiguous } from './calendar';
import type { Catalogue, CountedCustomers } from './catalogue';
import { consistently, type ReadNeeds, readCatalogue, readCounts } from './consistent-read';
import { type Count, countsByMonth } from './counts';
import type { NameJson, Names } from './names';
import { areSimilar } from './similar';
import { topicsByMonth } from './topics';

/** Something about the data that whoever reads the numbers should know. */
export interface Finding {
  readonly rule: string;
  readonly severity: 'info' | 'warning';
  readonly message: string;
  /** How many rows it is about. */
  readonly rows: number;
}

/** What is odd about the imported data, by rule. Reads counts by day, whatever the number of rows. */
export async function dataQuality(needs: ReadNeeds): Promise<readonly Finding[]> {
  const { catalogue, counts } = await consistently(needs, async (view) => {
    const [catalogue, counts] = await Promise.all([readCatalogue(needs, view), readCounts(needs, view)]);
    return { catalogue, counts };
  });
  return [
    ...aboutCustomers(catalogue),
    ...aboutDates(counts),
    ...aboutTopics(catalogue, counts),
    ...aboutSpellings(catalogue),
    ...aboutRepeats(catalogue),
    ...aboutSimilarNames(catalogue, counts),
  ].filter(({ rows }) => rows > 0);
}

function aboutCustomers({ tally }: Catalogue): Finding[] {
  return [
    {
      rule: 'DQ01',
      severity: 'warning',
      message: `${customers(tally.orphans)} with interactions but without a row in the table of customers; their interactions are counted, under the type unknown`,
      rows: tally.orphanInteractions,
    },
    {
      rule: 'DQ02',
      severity: 'info',
      message: `${customers(tally.idle)} without interactions`,
      rows: tally.idle.count,
    },
  ];
}

/** As many ids are known as examples were kept; where such a customer has left, none may be. */
function customers({ count, examples }: CountedCustomers): string {
  const ids = examples.toSorted((a, b) => a - b).join(', ');
  const shown = ids === '' ? '' : ` (${examples.length < count ? 'such as ' : ''}${ids})`;
  return `${count} ${count === 1 ? 'customer' : 'customers'}${shown}`;
}

function aboutDates(counts: readonly Count[]): Finding[] {
  let rows = 0;
  for (const { day, count } of counts) if (isAmbiguous(day)) rows += count;
  const message =
    'the day and the month of these dates could be taken for each other; all are read as dd/mm/yyyy, the day first';
  return [{ rule: 'DQ03', severity: 'info', message, rows }];
}

function aboutTopics(catalogue: Catalogue, counts: readonly Count[]): Finding[] {
  if (catalogue.products.length === 0) return [];
  const [exact, asOf] = [topicsByMonth(catalogue, 'exact'), topicsByMonth(catalogue, 'asof')];
  let [rows, total, dated] = [0, 0, 0];
  for (const { month, count } of countsByMonth(counts, () => true)) {
    total += count;
    if (exact(month).length === 0) rows += count;
    if (asOf(month).length > 0) dated += count;
  }
  const message =
    rows === total
      ? `no interaction lies in a month that has a product of discussion, so match=exact counts none for any topic; match=asof finds the topic of ${dated} of ${total}`
      : `these interactions lie in months without a product of discussion, so match=exact finds no topic for them; match=asof finds the topic of ${dated} of ${total}`;
  return [{ rule: 'DQ06', severity: rows === total ? 'warning' : 'info', message, rows }];
}

function aboutSpellings({ channels, types, topics }: Catalogue): Finding[] {
  const kinds: readonly (readonly [string, Names])[] = [
    ['channel', channels],
    ['customer type', types],
    ['product', topics],
  ];
  return kinds.flatMap(([what, names]) => names.spellings.map((name) => mergedSpelling(what, name)));
}

const maxShownSpellings = 10;

function mergedSpelling(what: string, { name, spellings }: NameJson): Finding {
  const others = spellings.filter(([text]) => text !== name);
  const shown = others.slice(0, maxShownSpellings).map(([text]) => JSON.stringify(text));
  return {
    rule: 'DQ11',
    severity: 'info',
    message: `the ${what} '${name}' is also written ${shown.join(', ')}${others.length > shown.length ? ', ...' : ''}; they are counted together`,
    rows: others.reduce((rows, [, count]) => rows + count, 0),
  };
}

function aboutRepeats({ tally }: Catalogue): Finding[] {
  return [
    {
      rule: 'DQ12',
      severity: 'info',
      message: 'these interactions repeat another of the same moment, channel and customer in one file; each counts',
      rows: tally.repeatedInteractions,
    },
    {
      rule: 'DQ12',
      severity: 'info',
      message: 'these rows of customers or products repeat another of their file; of customers the last one counts',
      rows: tally.repeatedRows,
    },
  ];
}

function aboutSimilarNames({ channels, types, topics }: Catalogue, counts: readonly Count[]): Finding[] {
  const [byChannel, byType] = [new Map<number, number>(), new Map<number, number>()];
  for (const { channel, type, count } of counts) {
    byChannel.set(channel, (byChannel.get(channel) ?? 0) + count);
    byType.set(type, (byType.get(type) ?? 0) + count);
  }
  const byTopic = topics.toJSON().map(({ spellings }) => spellings.reduce((rows, [, count]) => rows + count, 0));
  return [
    ...similarNames('channels', channels, (number) => byChannel.get(number) ?? 0),
    ...similarNames('customer types', types, (number) => byType.get(number) ?? 0),
    ...similarNames('products', topics, (number) => byTopic[number] ?? 0),
  ];
}

const maxSimilarNames = 50;

/** Names that are nearly another's: which of the two is meant nobody can tell, so they are counted apart. */
function similarNames(what: string, names: Names, rowsOf: (number: number) => number): Finding[] {
  const findings: Finding[] = [];
  for (let a = 0; a < names.size; a++) {
    for (let b = a + 1; b < names.size; b++) {
      if (!areSimilar(names.name(a), names.name(b))) continue;
      if (findings.length === maxSimilarNames) return findings;
      const [rarer, other] = rowsOf(a) < rowsOf(b) ? [a, b] : [b, a];
      findings.push({
        rule: 'DQ13',
        severity: 'warning',
        message: `the ${what} '${names.name(rarer)}' and '${names.name(other)}' may be one, misspelt; they are counted apart`,
        rows: Math.max(1, rowsOf(rarer)),
      });
    }
  }
  return findings;
}
