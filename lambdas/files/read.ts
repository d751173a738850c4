import { contentHeaders } from '../../src/api/content-headers';
import { door } from '../../src/api/door';
import { notModifiedReply, streamReply } from '../../src/api/reply';
import { readFileRoute } from '../../src/api/routes/files';
import { s3FileStore } from '../../src/aws/file-store';
import { readFile } from '../../src/files/read-file';

export const handler = door(readFileRoute, async ({ user, path, headers, signal }) => {
  const { range, 'if-range': ifRange, 'if-none-match': ifNoneMatch } = headers;
  const asked = { home: user.home, id: path.id, range, ifRange, ifNoneMatch, signal };
  const content = await readFile({ store: s3FileStore() }, asked);
  if (content.kind === 'not-modified') return notModifiedReply(content.etag);
  return streamReply(content.chunks, contentHeaders(content), content.contentRange === undefined ? 200 : 206);
});
