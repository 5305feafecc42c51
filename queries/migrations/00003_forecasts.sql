-- +goose Up

-- How often the results have changed, and at which of these numbers they were
-- last learned from. Whatever writes results, races or what is known of
-- runners counts up.
CREATE TABLE revisions (
    name   TEXT   NOT NULL PRIMARY KEY,
    number BIGINT NOT NULL
);
INSERT INTO revisions (name, number) VALUES ('results', 1), ('learned', 0);

-- What all results over a distance say together, as JSON of the package that
-- forecasts; the row with no distance is what they say about distances.
CREATE TABLE club_models (
    distance   TEXT   NOT NULL PRIMARY KEY,
    model      TEXT   NOT NULL,
    learned_at BIGINT NOT NULL
);

-- What all who ran a race had in common that day, as JSON likewise.
CREATE TABLE race_effects (
    race_id {{.Int}} NOT NULL PRIMARY KEY REFERENCES races (id) ON DELETE CASCADE,
    effect  TEXT NOT NULL
);

-- How far off predictions of the club's own results have been, as JSON.
CREATE TABLE backtests (
    id       {{.ID}},
    revision BIGINT NOT NULL,
    run_at   BIGINT NOT NULL,
    report   TEXT   NOT NULL
);

-- +goose Down
DROP TABLE backtests;
DROP TABLE race_effects;
DROP TABLE club_models;
DROP TABLE revisions;
