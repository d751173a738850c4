import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunningServer } from '../server';

/**
 * What `npm start` prints of each mail, since there is nobody else who could deliver it: the one line in which an address
 * and a code may stand. On AWS Cognito mails, and nothing of it is logged.
 */
const mailLine = /^mail to \S+: your Datadock code is \d{6}$/;

/** All that a server has said so far, line by line: what it printed after its welcome, and the logs of its functions. */
export function logsOf({ printed, dataDir }: RunningServer): readonly string[] {
  const [, afterWelcome = ''] = printed().split('the data stays.\n');
  const folder = join(dataDir, 'logs');
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  return [afterWelcome, ...files].flatMap((text) => text.split('\n')).filter((line) => !mailLine.test(line));
}

/** What was logged of the request that a fault names; what a function could not say itself names none. */
export function loggedOf(server: RunningServer, fault: string): readonly string[] {
  const [requestId = 'none'] = /[0-9a-f-]{36}/.exec(fault) ?? [];
  return logsOf(server).filter((line) => line.includes(requestId) || line.includes('the function took'));
}

/** A text within any base64, wherever in it the text begins. */
const base64Forms = (text: string): readonly string[] =>
  ['', 'x', 'xx'].flatMap((before) => {
    const whole = Buffer.from(before + text).toString('base64');
    // The characters at both ends also hold bits of what is beside it.
    const inner = whole.slice(before.length === 0 ? 0 : before.length + 1, -4);
    return [inner, inner.replaceAll('+', '-').replaceAll('/', '_')];
  });

/** A text as it may stand in a log: as it is, percent-encoded, in base64 and in hexadecimal. */
const formsOf = (text: string): readonly string[] => [
  text,
  encodeURIComponent(text),
  ...base64Forms(text),
  Buffer.from(text).toString('hex'),
];

/** What no line of a log may hold, whoever it belongs to: tokens, headers that carry them, and signatures of URLs. */
const anyones = /eyJ[\w-]{8}|Bearer \S|X-Amz-Signature|X-Amz-Security-Token|AWS4-HMAC-SHA256|PRIVATE KEY/;

/** The lines in which one of these stands, or what belongs to anyone; digits alone count only where they are a number. */
export function leaksIn(lines: readonly string[], secrets: Iterable<string>): readonly string[] {
  const texts: string[] = [];
  const numbers: RegExp[] = [];
  for (const secret of secrets) {
    if (/^\d+$/.test(secret)) numbers.push(new RegExp(`(?<![\\da-f.-])${secret}(?![\\da-f.-])`));
    else texts.push(...formsOf(secret).map((form) => form.toLowerCase()));
  }
  return lines.filter((line) => {
    const lower = line.toLowerCase();
    return anyones.test(line) || texts.some((text) => lower.includes(text)) || numbers.some((each) => each.test(line));
  });
}
