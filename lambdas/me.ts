import { door } from '../src/api/door';
import { jsonReply } from '../src/api/reply';
import { meRoute } from '../src/api/routes/meta';

export const handler = door(meRoute, ({ user }) =>
  jsonReply({
    id: user.id,
    email: user.email,
    email_verified: user.emailVerified,
    is_active: user.isActive,
    groups: user.groups,
  }),
);
