import { door } from '../src/api/door';
import { jsonReply } from '../src/api/reply';
import { limitsRoute } from '../src/api/routes/meta';
import { limits } from '../src/config';
import { maxExpressionBytes, maxRecordBytes } from '../src/engine/index';

export const handler = door(limitsRoute, () =>
  jsonReply({
    direct_max_bytes: limits.directUploadBytes,
    part_min_bytes: limits.partBytes,
    max_bytes: limits.uploadBytes,
    stream_max_bytes: limits.streamBytes,
    page_max_items: limits.pageItems,
    file_name_max_bytes: limits.fileNameBytes,
    import_max_customers: limits.importCustomers,
    map_max_bytes: limits.directUploadBytes,
    query_expression_max_bytes: maxExpressionBytes,
    query_record_max_bytes: maxRecordBytes,
  }),
);
