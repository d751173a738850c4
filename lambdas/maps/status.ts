import { door } from '../../src/api/door';
import { mapStatusJson } from '../../src/api/map-json';
import { jsonReply } from '../../src/api/reply';
import { mapStatusRoute } from '../../src/api/routes/maps';
import { dynamoMapStore } from '../../src/aws/map-store';
import { visibleMap } from '../../src/maps/map';

export const handler = door(mapStatusRoute, async ({ user, path }) =>
  jsonReply(mapStatusJson(await visibleMap(dynamoMapStore(), { home: user?.home, id: path.id }))),
);
