import { contentHeaders } from '../../src/api/content-headers';
import { door } from '../../src/api/door';
import { notModifiedReply, streamReply } from '../../src/api/reply';
import { readMapRoute } from '../../src/api/routes/maps';
import { s3FileStore } from '../../src/aws/file-store';
import { dynamoMapStore } from '../../src/aws/map-store';
import { readMap } from '../../src/maps/read-map';

export const handler = door(readMapRoute, async ({ user, path, headers, signal }) => {
  const { range, 'if-range': ifRange, 'if-none-match': ifNoneMatch } = headers;
  const asked = { home: user?.home, id: path.id, range, ifRange, ifNoneMatch, signal };
  const content = await readMap({ maps: dynamoMapStore(), files: s3FileStore('MAPS_BUCKET') }, asked);
  if (content.kind === 'not-modified') return notModifiedReply(content.etag);
  return streamReply(content.chunks, contentHeaders(content), content.contentRange === undefined ? 200 : 206);
});
