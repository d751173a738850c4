import type { CsvInput } from '../engine/index';

/** Kinder than S3 Select's: most files have a header, few have comments, and quoted line breaks are everywhere. */
export const csvInputDefaults: Partial<CsvInput> = { header: 'USE', comment: '', allowQuotedNewlines: true };
