import { answerTo } from '../src/api/door';
import { fallbackReply } from '../src/api/fallback';
import { buffered } from '../src/api/response';
import { fallbackKey } from '../src/api/routes';

export const handler = buffered(answerTo(fallbackKey, async (event) => fallbackReply(event)));
