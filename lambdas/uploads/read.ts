import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { readUploadRoute } from '../../src/api/routes/uploads';
import { uploadJson } from '../../src/api/upload-json';
import { s3UploadStore } from '../../src/aws/upload-store';
import { readUpload } from '../../src/files/read-upload';

export const handler = door(readUploadRoute, async ({ user, path }) => {
  const upload = await readUpload({ uploads: s3UploadStore(), now: Date.now }, { home: user.home, id: path.id });
  return jsonReply(uploadJson(upload));
});
