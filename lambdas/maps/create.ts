import { randomUUID } from 'node:crypto';
import { door } from '../../src/api/door';
import { mapJson } from '../../src/api/map-json';
import { uploadedMap } from '../../src/api/map-upload';
import { jsonReply } from '../../src/api/reply';
import { createMapRoute } from '../../src/api/routes/maps';
import { s3FileStore } from '../../src/aws/file-store';
import { dynamoMapStore } from '../../src/aws/map-store';
import { basePath } from '../../src/config';
import { createMap } from '../../src/maps/create-map';

export const handler = door(createMapRoute, async ({ user, body, headers }) => {
  const upload = await uploadedMap(body, headers);
  const needs = { maps: dynamoMapStore(), files: s3FileStore('MAPS_BUCKET'), now: Date.now, newId: randomUUID };
  const map = await createMap(needs, { home: user.home, ...upload });
  return jsonReply(mapJson(map), { location: `${basePath}/maps/${map.id}` });
});
