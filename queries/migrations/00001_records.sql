-- +goose Up

-- Where rows come from: a seed run or a result sheet. Rows that a person
-- entered have no import.
CREATE TABLE imports (
    id         {{.ID}},
    kind       TEXT    NOT NULL CHECK (kind IN ('seed', 'sheet')),
    status     TEXT    NOT NULL CHECK (status IN ('running', 'done', 'failed')),
    name       TEXT    NOT NULL,
    created_at BIGINT  NOT NULL
);

CREATE TABLE runners (
    id         {{.ID}},
    name       TEXT    NOT NULL CHECK (length(trim(name)) BETWEEN 1 AND 200),
    search_key {{.Key}} NOT NULL,
    sex        TEXT    NOT NULL DEFAULT '' CHECK (sex IN ('', 'F', 'M')),
    birth_date DATE    CHECK ({{.IsDate "birth_date"}}),
    licence    TEXT    NOT NULL DEFAULT '',
    hidden     BOOLEAN NOT NULL DEFAULT FALSE,
    import_id  BIGINT  REFERENCES imports (id),
    version    BIGINT  NOT NULL DEFAULT 1,
    created_at BIGINT  NOT NULL,
    updated_at BIGINT  NOT NULL
);
CREATE INDEX runners_by_search_key ON runners (search_key, id);
CREATE INDEX runners_by_import ON runners (import_id);

CREATE TABLE runner_aliases (
    runner_id BIGINT NOT NULL REFERENCES runners (id) ON DELETE CASCADE,
    name      TEXT   NOT NULL CHECK (length(trim(name)) BETWEEN 1 AND 200),
    PRIMARY KEY (runner_id, name)
);

CREATE TABLE series (
    id        {{.ID}},
    name      TEXT   NOT NULL UNIQUE CHECK (length(trim(name)) BETWEEN 1 AND 200),
    import_id BIGINT REFERENCES imports (id),
    version   BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE races (
    id           {{.ID}},
    series_id    BIGINT  NOT NULL REFERENCES series (id),
    held_on      DATE    NOT NULL CHECK ({{.IsDate "held_on"}}),
    metres       BIGINT  NOT NULL CHECK (metres BETWEEN 100 AND 1000000),
    short_course BOOLEAN NOT NULL DEFAULT FALSE,
    import_id    BIGINT  REFERENCES imports (id),
    version      BIGINT  NOT NULL DEFAULT 1,
    UNIQUE (series_id, held_on, metres)
);

CREATE TABLE results (
    id        {{.ID}},
    runner_id BIGINT  NOT NULL REFERENCES runners (id),
    race_id   BIGINT  NOT NULL REFERENCES races (id),
    status    TEXT    NOT NULL CHECK (status IN ('finished', 'DNF', 'DNS', 'DSQ', 'OTL')),
    net_ms    BIGINT  CHECK (net_ms > 0),
    gun_ms    BIGINT  CHECK (gun_ms > 0),
    position  BIGINT  NOT NULL DEFAULT 0 CHECK (position >= 0),
    category  TEXT    NOT NULL DEFAULT '',
    club      TEXT    NOT NULL DEFAULT '',
    counts    BOOLEAN NOT NULL DEFAULT TRUE,
    import_id BIGINT  REFERENCES imports (id),
    version   BIGINT  NOT NULL DEFAULT 1,
    UNIQUE (runner_id, race_id),
    CHECK (status <> 'finished' OR net_ms IS NOT NULL OR gun_ms IS NOT NULL)
);
CREATE INDEX results_by_race ON results (race_id);
CREATE INDEX results_by_import ON results (import_id);

-- What a list of runners shows of each, kept with every change of a result.
CREATE TABLE runner_summaries (
    runner_id    {{.Int}} NOT NULL PRIMARY KEY REFERENCES runners (id) ON DELETE CASCADE,
    races        BIGINT NOT NULL,
    last_race_on DATE   CHECK ({{.IsDate "last_race_on"}}),
    category     TEXT   NOT NULL,
    club         TEXT   NOT NULL
);

-- The index of names: the words of each runner's names, and for each word
-- the spellings that one wrong letter away lead to it.
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

-- +goose Down
DROP TABLE word_slips;
DROP TABLE runner_words;
DROP TABLE runner_summaries;
DROP TABLE results;
DROP TABLE races;
DROP TABLE series;
DROP TABLE runner_aliases;
DROP TABLE runners;
DROP TABLE imports;
