import { door } from '../../src/api/door';
import { csvInput, mediaTypeOf, queryOutput } from '../../src/api/query-options';
import { streamReply } from '../../src/api/reply';
import { queryFileRoute } from '../../src/api/routes/files';
import { s3FileSelect } from '../../src/aws/file-select';
import { s3FileStore } from '../../src/aws/file-store';
import { setting } from '../../src/config';
import { queryFile } from '../../src/files/query-file';

export const handler = door(queryFileRoute, async ({ user, path, body, signal }) => {
  const rows = await queryFile(
    setting('QUERY_ENGINE') === 's3select' ? { select: s3FileSelect() } : { store: s3FileStore() },
    {
      home: user.home,
      id: path.id,
      expression: body.expression,
      input: csvInput(body.input),
      output: queryOutput(body.output),
      signal,
    },
  );
  return streamReply(rows, { 'content-type': mediaTypeOf(body.output.format), 'cache-control': 'private, no-store' });
});
