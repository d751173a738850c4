import { door } from '../../src/api/door';
import { fileJson } from '../../src/api/file-json';
import { jsonReply } from '../../src/api/reply';
import { createFileRoute } from '../../src/api/routes/files';
import { uploadedFile } from '../../src/api/upload';
import { s3FileStore } from '../../src/aws/file-store';
import { basePath } from '../../src/config';
import { createFile } from '../../src/files/create-file';

export const handler = door(createFileRoute, async ({ user, query, body, headers }) => {
  const upload = await uploadedFile(body, headers, query.name);
  const file = await createFile({ store: s3FileStore() }, { home: user.home, ...upload });
  return jsonReply(
    { ...fileJson(file), sha256: file.sha256, content_type: file.contentType },
    { location: `${basePath}/files/${file.id}`, etag: file.etag },
  );
});
