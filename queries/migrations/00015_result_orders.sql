-- +goose Up

-- The list of results by time and by distance, that of runners by club, those
-- without one last.
CREATE INDEX results_by_time ON results ((COALESCE(net_ms, gun_ms)), id);
CREATE INDEX runner_summaries_by_club ON runner_summaries ((club = ''), club, runner_id);
CREATE INDEX races_by_length ON races (metres, held_on DESC, id DESC);

-- +goose Down
DROP INDEX races_by_length;
DROP INDEX runner_summaries_by_club;
DROP INDEX results_by_time;
