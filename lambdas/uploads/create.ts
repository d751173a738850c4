import { randomUUID } from 'node:crypto';
import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { createUploadRoute } from '../../src/api/routes/uploads';
import { uploadJson } from '../../src/api/upload-json';
import { s3FileStore } from '../../src/aws/file-store';
import { s3UploadStore } from '../../src/aws/upload-store';
import { basePath } from '../../src/config';
import { createUpload } from '../../src/files/create-upload';

export const handler = door(createUploadRoute, async ({ user, body }) => {
  const upload = await createUpload(
    { files: s3FileStore(), uploads: s3UploadStore(), now: Date.now, newSession: randomUUID },
    { home: user.home, name: body.name, size: body.size, crc32: body.checksum_crc32 },
  );
  return jsonReply(uploadJson(upload), { location: `${basePath}/uploads/${upload.id}` });
});
