import { limits } from '../config';
import { maxExpressionBytes, maxRecordBytes } from '../engine/index';

/** What `GET /limits` answers. */
export const limitsJson = {
  direct_max_bytes: limits.directUploadBytes,
  json_max_bytes: limits.jsonBodyBytes,
  part_min_bytes: limits.partBytes,
  max_bytes: limits.uploadBytes,
  stream_max_bytes: limits.streamBytes,
  page_max_items: limits.pageItems,
  file_name_max_bytes: limits.fileNameBytes,
  import_max_customers: limits.importCustomers,
  map_max_bytes: limits.directUploadBytes,
  query_expression_max_bytes: maxExpressionBytes,
  query_record_max_bytes: maxRecordBytes,
};
