import { door } from '../../src/api/door';
import { fileJson } from '../../src/api/file-json';
import { jsonReply } from '../../src/api/reply';
import { completeUploadRoute } from '../../src/api/routes/uploads';
import { s3FileStore } from '../../src/aws/file-store';
import { s3UploadStore } from '../../src/aws/upload-store';
import { basePath } from '../../src/config';
import { completeUpload } from '../../src/files/complete-upload';

export const handler = door(completeUploadRoute, async ({ user, path }) => {
  const needs = { files: s3FileStore(), uploads: s3UploadStore() };
  const file = await completeUpload(needs, { home: user.home, id: path.id });
  return jsonReply(
    { ...fileJson(file), content_type: file.contentType },
    { location: `${basePath}/files/${file.id}`, etag: file.etag },
  );
});
