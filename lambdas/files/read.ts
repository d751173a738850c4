import { contentHeaders } from '../../src/api/content-headers';
import { door } from '../../src/api/door';
import { notModifiedReply, streamReply } from '../../src/api/reply';
import { readFileRoute } from '../../src/api/routes/files';
import { s3FileStore } from '../../src/aws/file-store';
import { readFile } from '../../src/files/read-file';

export const handler = door(readFileRoute, async ({ user, path, headers, signal }) => {
  const ifNoneMatch = headers['if-none-match'];
  // A server may ignore Range (RFC 9110, 14.2); with If-Range it does, and answers the whole file.
  const range = headers['if-range'] === undefined ? headers['range'] : undefined;
  const content = await readFile(
    { store: s3FileStore() },
    { home: user.home, id: path.id, range, ifNoneMatch, signal },
  );
  if (content.kind === 'not-modified') return notModifiedReply(content.etag);
  return streamReply(content.chunks, contentHeaders(content), content.contentRange === undefined ? 200 : 206);
});
