import { door } from '../../src/api/door';
import { writtenFileJson } from '../../src/api/file-json';
import { jsonReply } from '../../src/api/reply';
import { createFileRoute } from '../../src/api/routes/files';
import { uploadedFile } from '../../src/api/upload';
import { s3FileStore } from '../../src/aws/file-store';
import { basePath } from '../../src/config';
import { createFile } from '../../src/files/create-file';

export const handler = door(createFileRoute, async ({ user, query, body, headers }) => {
  const upload = await uploadedFile(body, headers, query.name);
  const file = await createFile({ store: s3FileStore() }, { home: user.home, ...upload });
  return jsonReply(writtenFileJson(file), { location: `${basePath}/files/${file.id}`, etag: file.etag });
});
