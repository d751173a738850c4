// SQL as nobody writes it: words in any order, and expressions of every operator and function over values that seldom fit.

const words =
  `SELECT FROM WHERE LIMIT AS S3Object s a b _1 _2 _9 "a" "B c" 'x' '' '%' '2031T' 1 2.5 1e3 .5 TRUE FALSE NULL
  MISSING AND OR NOT IS IN ( ) , . * + - / % || = <> != < <= > >= LIKE ESCAPE BETWEEN CASE WHEN THEN ELSE END CAST( AS INT
  DECIMAL FLOAT STRING BOOL TIMESTAMP COUNT( SUM( AVG( MIN( MAX( COALESCE( NULLIF( CHAR_LENGTH( LOWER( UPPER( SUBSTRING(
  TRIM( LEADING BOTH FOR EXTRACT( YEAR MONTH DAY HOUR DATE_ADD( DATE_DIFF( TO_STRING( TO_TIMESTAMP( UTCNOW() \`2031T\`
  \`7\` \`2031-05-06T07:08Z\` 'yyyy' [ ] ; -- /* */ date`.split(/\s+/);

const leaves = `a b _1 _2 _9 'x' '' '2031T' 1 -3 2.50 1e3 TRUE NULL MISSING \`2031T\` \`2031-05-06T07:08:09.5+01:00\`
  \`1.5e0\` 'yyyy-MM' CAST(b|AS|INT) 9223372036854775807 '%_' '😀é'`.split(/\s+/);

/** With # for an expression. */
const shapes = [
  ...['(#)', '# + #', '# - #', '# * #', '# / #', '# % #', '# || #', '# = #', '# <> #', '# < #', '# AND #', '# OR #'],
  ...[
    'NOT #',
    '- #',
    '# IS NULL',
    '# IS NOT MISSING',
    '# IN (#, #)',
    '# BETWEEN # AND #',
    '# LIKE #',
    '# LIKE # ESCAPE #',
  ],
  ...['CASE WHEN # THEN # ELSE # END', 'CASE # WHEN # THEN # END', 'COALESCE(#, #)', 'NULLIF(#, #)', 'CAST(# AS INT)'],
  ...['CAST(# AS DECIMAL)', 'CAST(# AS FLOAT)', 'CAST(# AS STRING)', 'CAST(# AS BOOL)', 'CAST(# AS TIMESTAMP)'],
  ...['CHAR_LENGTH(#)', 'LOWER(#)', 'SUBSTRING(#, #, #)', 'TRIM(BOTH # FROM #)', 'EXTRACT(MONTH FROM #)'],
  ...[
    'DATE_ADD(day, #, #)',
    'DATE_DIFF(second, #, #)',
    'TO_STRING(#, #)',
    'TO_TIMESTAMP(#, #)',
    'SUM(#)',
    'COUNT(#)',
    'AVG(#)',
  ],
];

/** A statement, over a file with columns `a` and `b`; some can be answered. `random` gives numbers from 0 to 1. */
export function randomStatement(random: () => number): string {
  const pick = <T>(choices: readonly T[]): T => choices[Math.floor(random() * choices.length)] as T;
  const expression = (depth: number): string =>
    depth === 0 ? pick(leaves).replaceAll('|', ' ') : pick(shapes).replaceAll('#', () => expression(depth - 1));
  const anyWords = () => Array.from({ length: 1 + Math.floor(random() * 14) }, () => pick(words)).join(' ');
  return pick([
    () => `SELECT ${anyWords()} FROM S3Object`,
    () => `SELECT ${expression(1)}, ${expression(2)} FROM S3Object WHERE ${expression(1)}`,
    () => `SELECT ${expression(3)} FROM S3Object`,
  ])();
}
