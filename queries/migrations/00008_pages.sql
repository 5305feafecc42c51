-- +goose Up

-- The place within the category, as printed; 0 where nobody said.
ALTER TABLE results ADD COLUMN category_position BIGINT NOT NULL DEFAULT 0 CHECK (category_position >= 0);

-- What the owner of the site chooses, as JSON.
CREATE TABLE settings (
    name    TEXT   NOT NULL PRIMARY KEY,
    value   TEXT   NOT NULL,
    version BIGINT NOT NULL DEFAULT 1
);

INSERT INTO revisions (name, number) VALUES ('settings', 0);

-- How the club's name stands in results, in lower case.
CREATE TABLE club_spellings (
    name TEXT NOT NULL PRIMARY KEY
);

-- Finishes on full courses, for records and boards: derived, and written anew
-- with every change of a result. own says that it was run for the club.
CREATE TABLE marks (
    result_id {{.Int}} NOT NULL PRIMARY KEY,
    runner_id BIGINT  NOT NULL REFERENCES runners (id) ON DELETE CASCADE,
    series_id BIGINT  NOT NULL,
    distance  {{.Key}} NOT NULL,
    sex       {{.Key}} NOT NULL,
    category  {{.Key}} NOT NULL,
    year      BIGINT  NOT NULL,
    held_on   DATE    NOT NULL,
    ms        BIGINT  NOT NULL,
    own       BOOLEAN NOT NULL
);
CREATE INDEX marks_by_runner ON marks (runner_id);
CREATE INDEX marks_by_series ON marks (series_id, distance, sex, ms, category);
CREATE INDEX marks_by_time ON marks (distance, sex, ms, held_on) WHERE own;
CREATE INDEX marks_by_category ON marks (distance, sex, category, ms, held_on) WHERE own;
CREATE INDEX marks_by_year ON marks (distance, year, sex, ms) WHERE own;

-- How many races a runner started in a year: derived likewise.
CREATE TABLE runner_years (
    runner_id BIGINT NOT NULL REFERENCES runners (id) ON DELETE CASCADE,
    year      BIGINT NOT NULL,
    races     BIGINT NOT NULL,
    PRIMARY KEY (runner_id, year)
);
CREATE INDEX runner_years_by_races ON runner_years (year, races);
CREATE INDEX runner_summaries_by_races ON runner_summaries (races);

-- +goose Down
DROP INDEX runner_summaries_by_races;
DROP TABLE runner_years;
DROP TABLE marks;
DROP TABLE club_spellings;
DROP TABLE settings;
DELETE FROM revisions WHERE name = 'settings';
ALTER TABLE results DROP COLUMN category_position;
