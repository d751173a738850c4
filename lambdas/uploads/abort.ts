import { door } from '../../src/api/door';
import { jsonReply } from '../../src/api/reply';
import { abortUploadRoute } from '../../src/api/routes/uploads';
import { s3UploadStore } from '../../src/aws/upload-store';
import { abortUpload } from '../../src/files/abort-upload';

export const handler = door(abortUploadRoute, async ({ user, path }) => {
  await abortUpload({ uploads: s3UploadStore() }, { home: user.home, id: path.id });
  return jsonReply({ aborted: true });
});
