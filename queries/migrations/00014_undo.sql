-- +goose Up

-- The program knows what may lie in the bin, so its kinds are not checked here.
-- What went in one step has the number of the first of it as its batch.
ALTER TABLE bin ADD COLUMN what TEXT NOT NULL DEFAULT '';
UPDATE bin SET what = kind;
ALTER TABLE bin DROP COLUMN kind;
ALTER TABLE bin RENAME COLUMN what TO kind;
ALTER TABLE bin ADD COLUMN batch BIGINT NOT NULL DEFAULT 0;
CREATE INDEX bin_by_batch ON bin (batch);

-- The lists of those who keep the records: results by race and time, by club,
-- and the few that did not finish or do not count; races by date; runners by
-- how much and when they ran.
CREATE INDEX results_by_race_time ON results (race_id, (COALESCE(net_ms, gun_ms)));
DROP INDEX results_by_race;
CREATE INDEX results_by_club ON results (club, id);
CREATE INDEX results_not_finished ON results (status, id) WHERE status <> 'finished';
CREATE INDEX results_not_counting ON results (id) WHERE NOT counts;
CREATE INDEX races_by_date ON races (held_on, id);
CREATE INDEX runner_summaries_by_last ON runner_summaries ((last_race_on IS NULL), last_race_on DESC);

-- +goose Down
DROP INDEX runner_summaries_by_last;
DROP INDEX races_by_date;
DROP INDEX results_not_counting;
DROP INDEX results_not_finished;
DROP INDEX results_by_club;
CREATE INDEX results_by_race ON results (race_id);
DROP INDEX results_by_race_time;
DROP INDEX bin_by_batch;
ALTER TABLE bin DROP COLUMN batch;
DELETE FROM bin WHERE kind NOT IN ('runner', 'merge', 'result');
ALTER TABLE bin ADD COLUMN what TEXT NOT NULL DEFAULT 'runner' CHECK (what IN ('runner', 'merge', 'result'));
UPDATE bin SET what = kind;
ALTER TABLE bin DROP COLUMN kind;
ALTER TABLE bin RENAME COLUMN what TO kind;
