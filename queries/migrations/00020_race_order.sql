-- +goose Up

-- With both times in the index of a race's order, the last page of a large race
-- is found in the index alone. An index that was never counted would be taken
-- for the best one everywhere.
DROP INDEX results_in_order;
CREATE INDEX results_in_order ON results (
  race_id, (CASE WHEN status = 'finished' THEN 0 ELSE 1 END), (CASE WHEN position = 0 THEN 1 ELSE 0 END), position,
  (COALESCE(net_ms, gun_ms)), status, id, net_ms, gun_ms
);
ANALYZE results;

-- +goose Down
DROP INDEX results_in_order;
CREATE INDEX results_in_order ON results (
  race_id, (CASE WHEN status = 'finished' THEN 0 ELSE 1 END), (CASE WHEN position = 0 THEN 1 ELSE 0 END), position,
  (COALESCE(net_ms, gun_ms)), status, id
);
