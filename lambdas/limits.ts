import { door } from '../src/api/door';
import { limitsJson } from '../src/api/limits-json';
import { jsonReply } from '../src/api/reply';
import { limitsRoute } from '../src/api/routes/meta';

export const handler = door(limitsRoute, () => jsonReply(limitsJson));
