-- +goose Up

-- A revision is a number and a random token that is drawn anew with every
-- change, so that a database that was set back can't count up to a revision
-- that somebody has cached.
ALTER TABLE revisions ADD COLUMN token BIGINT NOT NULL DEFAULT 0;
UPDATE revisions SET token = {{.RandomBigint}};
INSERT INTO revisions (name, number, token) VALUES ('models', 0, {{.RandomBigint}}), ('backtests', 0, {{.RandomBigint}});

-- The row 'reload' stays for the program before, which serves on while this one
-- migrates and starts: below that number it reads all names again.
UPDATE revisions SET number = (SELECT number FROM revisions WHERE name = 'runners') WHERE name = 'reload';

-- The last revisions of the runners: a process may catch up from one of these,
-- reading what runner_changes has since, unless everything changed at one.
CREATE TABLE runner_revisions (
    revision   BIGINT  NOT NULL PRIMARY KEY,
    token      BIGINT  NOT NULL,
    everything BOOLEAN NOT NULL
);
DELETE FROM runner_changes;
INSERT INTO runner_revisions (revision, token, everything) SELECT number, token, TRUE FROM revisions WHERE name = 'runners';

ALTER TABLE backtests ADD COLUMN revision_token BIGINT NOT NULL DEFAULT 0;
UPDATE backtests SET revision_token = (SELECT token FROM revisions WHERE name = 'results')
WHERE revision = (SELECT number FROM revisions WHERE name = 'results');

-- What was learned from the results as they are now stays learned.
UPDATE revisions SET token = (SELECT token FROM revisions WHERE name = 'results')
WHERE name = 'learned' AND number = (SELECT number FROM revisions WHERE name = 'results');

-- +goose Down
ALTER TABLE backtests DROP COLUMN revision_token;
DROP TABLE runner_revisions;
DELETE FROM runner_changes;
DELETE FROM revisions WHERE name IN ('models', 'backtests', 'reload');
INSERT INTO revisions (name, number) SELECT 'reload', number FROM revisions WHERE name = 'runners';
ALTER TABLE revisions DROP COLUMN token;
