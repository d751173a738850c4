import { cursorOf, placeOfCursor } from '../../src/api/cursor';
import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { listSlaErrorsRoute } from '../../src/api/routes/sla-errors';
import { slaErrorJson } from '../../src/api/sla-error-json';
import { dynamoSlaErrorStore } from '../../src/aws/sla-error-store';
import { listSlaErrors } from '../../src/sla-errors/list-sla-errors';

export const handler = door(listSlaErrorsRoute, async ({ user, query: { cursor, ...asked } }) => {
  const after = cursor === undefined ? undefined : placeOfCursor(user.id, cursor);
  const { errors, nextPlace } = await listSlaErrors(
    { store: dynamoSlaErrorStore() },
    { owner: user.id, ...asked, after },
  );
  return jsonReply({
    data: errors.map(slaErrorJson),
    next_cursor: nextPlace === undefined ? null : cursorOf(user.id, nextPlace),
  });
});
