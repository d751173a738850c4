import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { linkMapRoute } from '../../src/api/routes/maps';
import { s3FileStore } from '../../src/aws/file-store';
import { dynamoMapStore } from '../../src/aws/map-store';
import { linkMap } from '../../src/maps/link-map';

export const handler = door(linkMapRoute, async ({ user, path, body }) => {
  const needs = { maps: dynamoMapStore(), files: s3FileStore('MAPS_BUCKET'), now: Date.now };
  const asked = { home: user.home, id: path.id, expiresInSeconds: body.expires_in };
  const { url, expiresAt } = await linkMap(needs, asked);
  return jsonReply({ url, expires_at: expiresAt });
});
