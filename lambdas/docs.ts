import { docsReply } from '../src/api/docs/reply';
import { door } from '../src/api/door';
import { docsRoute } from '../src/api/routes/meta';

export const handler = door(docsRoute, ({ headers }) => docsReply(headers));
