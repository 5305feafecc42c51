-- +goose Up

-- How much faster a runner's best of a year over a distance was than that of
-- the year before, where it was, of races run for the club: derived from marks.
CREATE TABLE gains (
    runner_id BIGINT NOT NULL REFERENCES runners (id) ON DELETE CASCADE,
    distance  {{.Key}} NOT NULL,
    year      BIGINT NOT NULL,
    before_ms BIGINT NOT NULL,
    after_ms  BIGINT NOT NULL,
    share     DOUBLE PRECISION NOT NULL,
    PRIMARY KEY (runner_id, distance, year)
);
CREATE INDEX gains_by_share ON gains (distance, year, share);

-- +goose Down
DROP TABLE gains;
