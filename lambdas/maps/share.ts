import { door } from '../../src/api/door';
import { mapJson } from '../../src/api/map-json';
import { jsonReply } from '../../src/api/reply';
import { shareMapRoute } from '../../src/api/routes/maps';
import { dynamoMapStore } from '../../src/aws/map-store';
import { shareMap } from '../../src/maps/share-map';

export const handler = door(shareMapRoute, async ({ user, path, body }) => {
  const asked = { home: user.home, id: path.id, isPublic: body.is_public };
  return jsonReply(mapJson(await shareMap({ maps: dynamoMapStore() }, asked)));
});
