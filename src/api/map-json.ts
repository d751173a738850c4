import type { MapRecord } from '../aws/map-store';
import { keyOf } from '../maps/map';

/** A map as its owner sees it. */
export const mapJson = (map: MapRecord) => ({
  id: map.id,
  name: map.name,
  status: map.status,
  is_public: map.isPublic,
  is_processed: map.status === 'processed',
  file_path: keyOf(map),
});

/** How far a map is, as anyone sees it who may see the map. What is unknown is left out. */
export const mapStatusJson = ({ status, reason, findings }: MapRecord) => ({
  status,
  reason,
  media_type: findings?.mediaType,
  width: findings?.width,
  height: findings?.height,
  feature_count: findings?.featureCount,
});
