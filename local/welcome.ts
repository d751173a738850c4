import { join } from 'node:path';
import type { DemoUser } from './demo';
import { sampleDayKey } from './sample-day';

/** What a start prints, and `GET /` repeats: the URL, the demo login, and lines that can be pasted as they are. */
export const welcome = (url: string, { email, password }: DemoUser, dataDir: string): string =>
  `Datadock runs on ${url}
Every route, to be tried out, and every error code: ${url}/api/v1/docs
Customer interactions as a chart and a table: ${url}/api/v1/interactions

Sign in as ${email} with the password ${password}, an admin with three files. Without jq:

  TOKEN=$(curl -sS ${url}/api/v1/auth/login -H 'Content-Type: application/json' -d '{"email":"${email}","password":"${password}"}' | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')
  ID=$(curl -sS '${url}/api/v1/files?prefix=airports' -H "Authorization: Bearer $TOKEN" | sed 's/.*"id":"\\([^"]*\\)".*/\\1/')
  curl -sS ${url}/api/v1/files/$ID/query -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -d "{\\"expression\\":\\"SELECT s.name, s.city FROM S3Object s WHERE s.iata = 'SEA'\\"}"

which answers

    Seattle-Tacoma Intl,Seattle

The statistics of a day's events, in the folder that this was started in:

  DATADOCK_PASSWORD='${password}' npx datadock stats --user ${email} --key ${sampleDayKey} --outputs '${join(dataDir, 'outputs.json')}'

Mails, and the codes in them, appear here and at ${url}/local/mailbox?to=EMAIL. Ctrl-C ends it, or kill ${process.pid}; the data stays.
`;
