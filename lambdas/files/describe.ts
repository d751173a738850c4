import { door } from '../../src/api/door';
import { fileJson } from '../../src/api/file-json';
import { jsonReply } from '../../src/api/reply';
import { describeFileRoute } from '../../src/api/routes/files';
import { s3FileStore } from '../../src/aws/file-store';
import { describeFile } from '../../src/files/describe-file';

export const handler = door(describeFileRoute, async ({ user, path }) => {
  const file = await describeFile({ store: s3FileStore() }, { home: user.home, id: path.id });
  return jsonReply({ ...fileJson(file), content_type: file.contentType, columns: file.columns }, { etag: file.etag });
});
