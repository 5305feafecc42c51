-- +goose Up

-- The results of a race as its page lists them: who finished first, in the
-- order of places and times, then the others.
CREATE INDEX results_in_order ON results (
  race_id, (CASE WHEN status = 'finished' THEN 0 ELSE 1 END), (CASE WHEN position = 0 THEN 1 ELSE 0 END), position,
  (COALESCE(net_ms, gun_ms)), status, id
);

-- +goose Down
DROP INDEX results_in_order;
