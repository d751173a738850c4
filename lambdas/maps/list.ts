import { cursorOf, placeOfCursor } from '../../src/api/cursor';
import { door } from '../../src/api/door';
import { mapJson } from '../../src/api/map-json';
import { jsonReply } from '../../src/api/reply';
import { listMapsRoute } from '../../src/api/routes/maps';
import { dynamoMapStore } from '../../src/aws/map-store';
import { listMaps } from '../../src/maps/list-maps';

export const handler = door(listMapsRoute, async ({ user, query: { limit, cursor } }) => {
  const [uploadedAt = '', id = ''] = cursor === undefined ? [] : placeOfCursor(user.id, cursor).split(' ');
  const after = cursor === undefined ? undefined : { uploadedAt, id };
  const { maps, last } = await listMaps({ maps: dynamoMapStore() }, { home: user.home, limit, after });
  return jsonReply({
    data: maps.map(mapJson),
    next_cursor: last === undefined ? null : cursorOf(user.id, `${last.uploadedAt} ${last.id}`),
  });
});
