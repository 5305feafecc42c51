-- +goose Up

-- Searches are answered from an index of names in each process's memory, so
-- the index that lay in these tables goes.
DROP TABLE word_slips;
DROP TABLE runner_words;

-- Which runners changed at which revision of the runners: what a process must
-- read again to be up to date. Below the revision 'reload' that is everything.
CREATE TABLE runner_changes (
    revision  BIGINT NOT NULL,
    runner_id BIGINT NOT NULL,
    PRIMARY KEY (revision, runner_id)
);
INSERT INTO revisions (name, number) VALUES ('runners', 1), ('reload', 1), ('series', 1), ('derived', 0);

-- The number of a licence, then its letters: 10401|wpa. Derived from licence.
ALTER TABLE runners ADD COLUMN licence_key {{.Key}} NOT NULL DEFAULT '';
CREATE INDEX runners_by_licence ON runners (licence_key) WHERE licence_key <> '';

-- +goose Down
DROP INDEX runners_by_licence;
ALTER TABLE runners DROP COLUMN licence_key;
DELETE FROM revisions WHERE name IN ('runners', 'reload', 'series', 'derived');
DROP TABLE runner_changes;
CREATE TABLE runner_words (
    word      {{.Key}} NOT NULL,
    runner_id BIGINT NOT NULL REFERENCES runners (id) ON DELETE CASCADE,
    PRIMARY KEY (word, runner_id)
);
CREATE INDEX runner_words_by_runner ON runner_words (runner_id);
CREATE TABLE word_slips (
    slip {{.Key}} NOT NULL,
    word {{.Key}} NOT NULL,
    PRIMARY KEY (slip, word)
);
