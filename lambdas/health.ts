import { door } from '../src/api/door';
import { jsonReply } from '../src/api/reply';
import { healthRoute } from '../src/api/routes/meta';

export const handler = door(healthRoute, () => jsonReply({ status: 'ok' }));
