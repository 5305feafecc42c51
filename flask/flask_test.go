package flask_test

import (
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnerdb/flask"
)

// copied is the default output of pg_dump. The only column with a time is
// minutes.
const copied = `--
-- PostgreSQL database dump
--
SET client_encoding = 'UTF8';

CREATE TABLE public.race (
    id integer NOT NULL,
    name character varying(80),
    date date,
    distance double precision,
    minutes double precision,
    note text
);

COPY public.race (id, name, date, distance, minutes, note) FROM stdin;
1	Karabo Khumalo	2019-03-10	42.2	227.5	fell\tat 30\\km
2	Lethabo Ndlovu	2019-03-10	42.2	241	\N
3	Karabo Khumalo	2020-03-08	42.2	\N	COPY public.race (id) FROM stdin;
\.

COPY public."user" (id, username, email, password_hash) FROM stdin;
1	thandi	thandi@example.org	pbkdf2:sha256:1$x$y
2	nobody	\N	x
\.
`

// inserted is the output of pg_dump --inserts, partly with column names.
const inserted = `CREATE TABLE public.race (
    id integer NOT NULL,
    name character varying(80),
    date date,
    distance double precision,
    minutes double precision,
    note text,
    CONSTRAINT race_positive CHECK ((minutes > (0)::double precision))
);
INSERT INTO public.race VALUES (1, 'Karabo Khumalo', '2019-03-10', 42.2, 227.5, E'fell\tat 30\\km');
INSERT INTO public.race (id, name, date, distance, minutes, note) VALUES
	(2, 'Lethabo Ndlovu', '2019-03-10'::date, 42.2, 241, NULL),
	(3, 'Karabo Khumalo', '2020-03-08', 42.2, NULL, 'COPY public.race (id) FROM stdin;');
INSERT INTO public."user" (id, username, email, password_hash) VALUES (1, 'thandi', 'thandi@example.org', 'x;
y''z');
INSERT INTO public."user" (id, username, email, password_hash) VALUES (2, 'nobody', NULL, 'x');
`

func TestBothKindsOfDump(t *testing.T) {
	wantResults := []flask.Result{
		{Date: "2019-03-10", Distance: "42.2", Runner: "Karabo Khumalo", Time: "3:47:30"},
		{Date: "2019-03-10", Distance: "42.2", Runner: "Lethabo Ndlovu", Time: "4:01:00"},
		{Date: "2020-03-08", Distance: "42.2", Runner: "Karabo Khumalo"},
	}
	wantUsers := []flask.User{{Name: "thandi", Email: "thandi@example.org"}}
	for name, text := range map[string]string{"copied": copied, "inserted": inserted, "Windows": strings.ReplaceAll(inserted, "\n", "\r\n")} {
		tables, err := flask.Read(strings.NewReader(text))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		results, err := flask.Results(tables, nil)
		if diff := cmp.Diff(wantResults, results); diff != "" || err != nil {
			t.Errorf("%s: %v: %s", name, err, diff)
		}
		users, err := flask.Users(tables, nil)
		if diff := cmp.Diff(wantUsers, users); diff != "" || err != nil {
			t.Errorf("%s: %v: %s", name, err, diff)
		}
		if got := tables["race"].Rows[0][5]; got != "fell\tat 30\\km" {
			t.Errorf("%s: the note is %q", name, got)
		}
		if races := flask.ByRace(results); len(races) != 2 || len(races[0]) != 2 {
			t.Errorf("%s: got %v", name, races)
		}
	}
}

func TestColumnsCanBeNamed(t *testing.T) {
	tables, err := flask.Read(strings.NewReader("COPY race (a, b, c) FROM stdin;\nKarabo\t3:40:00\tTwo Oceans\n\\.\n"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := flask.Results(tables, nil); err == nil || !strings.Contains(err.Error(), "a, b, c") {
		t.Errorf("got %v, want the columns that there are", err)
	}
	if _, err := flask.Results(tables, map[string]string{"runner": "z"}); err == nil || !strings.Contains(err.Error(), "no column z") {
		t.Errorf("got %v", err)
	}
	got, err := flask.Results(tables, map[string]string{"runner": "A", "time": "b", "race": "c"})
	want := []flask.Result{{Race: "Two Oceans", Runner: "Karabo", Time: "3:40:00"}}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v: %s", err, diff)
	}
}

func TestWhatIsNoDump(t *testing.T) {
	for name, text := range map[string]string{
		"empty": "", "custom format": "PGDMP\x01", "a sheet": "Name,Time\nKarabo,3:40:00\n", "cut off": copied[:len(copied)-40],
		"cells missing": "COPY race (a, b) FROM stdin;\nx\n\\.\n", "open quote": "INSERT INTO race (a) VALUES ('x);\n",
		"two kinds of rows": "INSERT INTO race (a) VALUES (1);\nINSERT INTO race (b) VALUES (1);\n",
	} {
		if tables, err := flask.Read(strings.NewReader(text)); !errors.Is(err, flask.ErrDump) {
			t.Errorf("%s: got %v, %v; want ErrDump", name, tables, err)
		}
	}
}

func FuzzRead(f *testing.F) {
	f.Add(copied)
	f.Add(inserted)
	f.Fuzz(func(t *testing.T, text string) {
		tables, err := flask.Read(strings.NewReader(text))
		if err != nil {
			return
		}
		for name, table := range tables {
			for _, row := range table.Rows {
				if len(row) != len(table.Columns) {
					t.Errorf("%s: a row of %d for %d columns", name, len(row), len(table.Columns))
				}
			}
		}
		if results, err := flask.Results(tables, nil); err == nil {
			flask.ByRace(results)
		}
	})
}
