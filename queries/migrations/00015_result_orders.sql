-- +goose Up

-- The list of results by time and by distance.
CREATE INDEX results_by_time ON results ((COALESCE(net_ms, gun_ms)), id);
CREATE INDEX races_by_length ON races (metres, held_on DESC, id DESC);

-- +goose Down
DROP INDEX races_by_length;
DROP INDEX results_by_time;
