import { contentHeaders } from '../../src/api/content-headers';
import { door } from '../../src/api/door';
import { headersReply, notModifiedReply } from '../../src/api/reply';
import { headFileRoute } from '../../src/api/routes/files';
import { s3FileStore } from '../../src/aws/file-store';
import { headFile } from '../../src/files/head-file';

export const handler = door(headFileRoute, async ({ user, path, headers }) => {
  const head = await headFile(
    { store: s3FileStore() },
    { home: user.home, id: path.id, ifNoneMatch: headers['if-none-match'] },
  );
  return head.kind === 'not-modified' ? notModifiedReply(head.etag) : headersReply(contentHeaders(head));
});
