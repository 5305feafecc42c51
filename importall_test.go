package main

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
	"runnerdb/sheets/fullexport"
)

// exported is a full export as bytes.
func exported(t testing.TB, db *queries.DB) []byte {
	t.Helper()
	path, rows := filepath.Join(t.TempDir(), "all.zip"), 0
	if err := exportAll(t.Context(), db, path, &rows); err != nil {
		t.Fatal(err)
	}
	file, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// importInto reads an export into a database.
func importInto(t testing.TB, db *queries.DB, file []byte) error {
	t.Helper()
	archive, err := fullexport.Open(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		return err
	}
	return db.Import(t.Context(), archiveSource{archive}, nil)
}

var importDay = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

// oddClub fills a database with records whose texts are hard to keep.
func oddClub(t testing.TB, db *queries.DB, names []string) {
	t.Helper()
	batch := queries.Batch{
		Series: []club.Series{{ID: 3, Name: "Long Run"}, {ID: 4, Name: "=1+1"}},
		Races: []club.Race{
			{ID: 8, SeriesID: 3, HeldOn: club.Date{Year: 1999, Month: 2, Day: 28}, Length: 42_195},
			{ID: 9, SeriesID: 4, HeldOn: club.Date{Year: 2026, Month: 2, Day: 28}, Length: 5_000, ShortCourse: true},
		},
	}
	for i, name := range names {
		id := int64(i + 5)
		batch.Runners = append(batch.Runners, club.Runner{ID: id, Name: name, Aliases: []string{name, "é" + name}, Licence: name, Hidden: i%2 == 0})
		batch.Results = append(batch.Results,
			club.Result{ID: 2*id + 1, RunnerID: id, RaceID: 8, Status: club.Finished, Net: club.FinishTime(9_000_001 + i), Club: name, Counts: true},
			club.Result{ID: 2*id + 2, RunnerID: id, RaceID: 9, Status: club.DidNotFinish, Category: name})
	}
	querytest.Load(t, db, batch)
	actor := queries.AtCommandLine(importDay)
	if _, err := db.CreateUser(t.Context(), accounts.User{Email: "A@example.org", Name: "A\r\nB", Role: accounts.Owner, PasswordHash: "canary-hash"}, importDay); err != nil {
		t.Fatal(err)
	}
	if _, err := db.CreateRunner(t.Context(), club.Runner{Name: "Newest", BirthDate: club.Date{Year: 1990, Month: 1, Day: 2}}, actor); err != nil {
		t.Fatal(err)
	}
	gone, err := db.CreateRunner(t.Context(), club.Runner{Name: "Gone Since"}, actor)
	if err != nil {
		t.Fatal(err)
	}
	for _, id := range []int64{gone, 5} {
		if _, err := db.DeleteRunner(t.Context(), id, 1, actor); err != nil {
			t.Fatal(err)
		}
	}
	if err := db.SetSettings(t.Context(), queries.Settings{Spellings: []string{"gugs ac"}}, actor); err != nil {
		t.Fatal(err)
	}
}

// hardTexts are texts that a careless file of comma-separated values loses.
var hardTexts = []string{
	"=1+1", "'=1", "''", `\N`, `\`, `\\N`, "a\rb", "a\r\nb", "a\nb", `"`, `",`, ",", " x ", "\t=x", "-", "\u00a0x", "ﬁ", "王芳", "e\u0301", "NULL", "true", "\\r",
}

// What goes out of one database and into another goes out of that as the same
// bytes, whichever kinds the two are.
func TestEverythingComesBackFromAnExport(t *testing.T) {
	for _, from := range querytest.Engines {
		for _, to := range querytest.Engines {
			t.Run(fmt.Sprintf("%s to %s", from, to), func(t *testing.T) {
				source := querytest.New(t, from)
				oddClub(t, source, hardTexts)
				first := exported(t, source)
				location := querytest.Location(t, to)
				target := querytest.Open(t, location)
				if err := importInto(t, target, first); err != nil {
					t.Fatal(err)
				}
				if second := exported(t, target); !bytes.Equal(first, second) {
					t.Errorf("the exports differ:\n%s", cmp.Diff(unpacked(t, first), unpacked(t, second)))
				}
				checkDerived(t, location, target)
			})
		}
	}
}

// checkDerived compares what an import derives with what a rebuild does, and
// looks whether the database goes on from there.
func checkDerived(t *testing.T, location string, db *queries.DB) {
	t.Helper()
	before := querytest.Stored(t, location)
	if err := db.Rebuild(t.Context(), nil); err != nil {
		t.Fatal(err)
	}
	after := querytest.Stored(t, location)
	for _, table := range []string{"runners", "runner_summaries", "runner_years", "marks"} {
		if diff := cmp.Diff(before[table], after[table]); diff != "" || len(after[table]) == 0 {
			t.Errorf("%s, against a rebuild: %s", table, diff)
		}
	}
	found, _, err := db.SearchRunners(t.Context(), "newest", 5)
	if err != nil || len(found) != 1 {
		t.Errorf("a search finds %v, %v; want one runner", found, err)
	}
	actor := queries.AtCommandLine(importDay)
	id, err := db.CreateRunner(t.Context(), club.Runner{Name: "One More"}, actor)
	if err != nil || id != found[0].ID+2 { // one was deleted
		t.Errorf("the next runner is %d, %v; want %d", id, err, found[0].ID+2)
	}
	binned, _, err := db.Bin(t.Context(), 0, 1)
	if err == nil {
		_, err = db.Restore(t.Context(), binned[0].ID, actor)
	}
	if err != nil {
		t.Errorf("restore from the bin: %v", err)
	}
}

func unpacked(t testing.TB, file []byte) map[string]string {
	t.Helper()
	packed, err := zip.NewReader(bytes.NewReader(file), int64(len(file)))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for _, f := range packed.File {
		in, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(in)
		if err := errors.Join(err, in.Close()); err != nil {
			t.Fatal(err)
		}
		files[f.Name] = string(text)
	}
	return files
}

func repacked(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range files {
		out, err := w.Create(name)
		if err == nil {
			_, err = io.WriteString(out, text)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAnyNamesComeBackFromAnExport(t *testing.T) {
	name := rapid.StringOfN(rapid.Rune().Filter(func(r rune) bool { return r != 0 }), 1, 30, -1).
		Filter(func(s string) bool { return strings.Trim(s, " ") != "" })
	few := flag.Lookup("rapid.checks").Value
	usual := few.String()
	if err := few.Set("15"); err != nil { // each takes two databases
		t.Fatal(err)
	}
	defer func() { _ = few.Set(usual) }()
	rapid.Check(t, func(rt *rapid.T) {
		names := rapid.SliceOfN(name, 10, 30).Draw(rt, "names")
		source, target := querytest.New(t, querytest.SQLite), querytest.New(t, querytest.SQLite)
		oddClub(t, source, names)
		first := exported(t, source)
		if err := importInto(t, target, first); err != nil {
			rt.Fatal(err)
		}
		if second := exported(t, target); !bytes.Equal(first, second) {
			rt.Fatalf("the exports differ:\n%s", cmp.Diff(unpacked(t, first), unpacked(t, second)))
		}
	})
}

func TestAnExportHoldsNoSecret(t *testing.T) {
	db := querytest.New(t, querytest.SQLite)
	oddClub(t, db, hardTexts[:2])
	for name, text := range unpacked(t, exported(t, db)) {
		if strings.Contains(text, "canary-hash") || strings.Contains(text, "password_hash") || strings.Contains(text, "token") {
			t.Errorf("%s holds a secret", name)
		}
	}
}

// What is damaged, newer or no export is refused, and leaves nothing behind.
func TestABrokenExportIsRefused(t *testing.T) {
	source := querytest.New(t, querytest.SQLite)
	oddClub(t, source, hardTexts)
	whole := unpacked(t, exported(t, source))
	manifest := func(change func(m *fullexport.Manifest)) func(map[string]string) {
		return func(files map[string]string) {
			var m fullexport.Manifest
			if err := json.Unmarshal([]byte(files["manifest.json"]), &m); err != nil {
				t.Fatal(err)
			}
			change(&m)
			text, err := json.Marshal(m)
			if err != nil {
				t.Fatal(err)
			}
			files["manifest.json"] = string(text)
		}
	}
	tests := []struct {
		name   string
		change func(files map[string]string)
		want   error
	}{
		{"one letter", func(f map[string]string) {
			f["results.csv"] = strings.Replace(f["results.csv"], "finished", "Finished", 1)
		}, fullexport.ErrDamaged},
		{"a row less", func(f map[string]string) {
			f["bin.csv"] = f["bin.csv"][:strings.LastIndex(strings.TrimSpace(f["bin.csv"]), "\n")+1]
		}, fullexport.ErrDamaged},
		{"a file less", func(f map[string]string) { delete(f, "races.csv") }, fullexport.ErrDamaged},
		{"a file more", func(f map[string]string) { f["../evil.csv"] = "id\n1\n" }, fullexport.ErrDamaged},
		{"no manifest", func(f map[string]string) { delete(f, "manifest.json") }, fullexport.ErrNoArchive},
		{"another format", manifest(func(m *fullexport.Manifest) { m.Format = 2 }), fullexport.ErrNewer},
		{"no format", manifest(func(m *fullexport.Manifest) { m.Format = 0 }), fullexport.ErrNoArchive},
		{"another sum", manifest(func(m *fullexport.Manifest) { m.Tables[3].SHA256 = strings.Repeat("0", 64) }), fullexport.ErrDamaged},
		{"another count", manifest(func(m *fullexport.Manifest) { m.Tables[3].Rows++ }), fullexport.ErrDamaged},
		{"another column", manifest(func(m *fullexport.Manifest) { m.Tables[3].Columns[1] = "nickname" }), queries.ErrUnknownTable},
		{"another table", manifest(func(m *fullexport.Manifest) { m.Tables[3].Name = "coaches" }), queries.ErrUnknownTable},
		{"the same file twice", manifest(func(m *fullexport.Manifest) { m.Tables[3].File = "races.csv" }), fullexport.ErrDamaged},
		{"no JSON", func(f map[string]string) { f["manifest.json"] = "{" }, fullexport.ErrDamaged},
		{"a bomb", func(f map[string]string) {
			f["runners.csv"] = strings.Repeat(" ", 64<<20)
			manifest(func(m *fullexport.Manifest) { m.Tables[3].Bytes = 64 << 20 })(f)
		}, fullexport.ErrDamaged},
	}
	for _, engine := range querytest.Engines {
		location := querytest.Location(t, engine)
		target := querytest.Open(t, location)
		empty := querytest.Stored(t, location)
		for _, test := range tests {
			files := map[string]string{}
			for name, text := range whole {
				files[name] = text
			}
			test.change(files)
			err := importInto(t, target, repacked(t, files))
			if !errors.Is(err, test.want) {
				t.Errorf("%s, %s: got %v, want %v", engine, test.name, err, test.want)
			}
			if explained := explainImport("club.zip", err); explained == nil || !strings.Contains(explained.Error(), "\n") {
				t.Errorf("%s, %s: %v does not say what to do", engine, test.name, explained)
			}
		}
		if diff := cmp.Diff(empty, querytest.Stored(t, location)); diff != "" {
			t.Errorf("%s: refused imports leave something behind:\n%s", engine, diff)
		}
		if err := importInto(t, target, exported(t, source)); err != nil {
			t.Errorf("%s: after all of them: %v", engine, err)
		}
		if err := importInto(t, target, exported(t, source)); !errors.Is(err, queries.ErrNotEmpty) {
			t.Errorf("%s: once more: got %v, want ErrNotEmpty", engine, err)
		}
	}
}

// FuzzOpenArchive reads files of any bytes.
func FuzzOpenArchive(f *testing.F) {
	db := querytest.New(f, querytest.SQLite)
	oddClub(f, db, hardTexts[:2])
	whole := exported(f, db)
	f.Add(whole)
	f.Add(whole[:len(whole)/2])
	f.Fuzz(func(t *testing.T, file []byte) {
		archive, err := fullexport.Open(bytes.NewReader(file), int64(len(file)))
		known := []error{fullexport.ErrNoArchive, fullexport.ErrDamaged, fullexport.ErrNewer}
		if err != nil && !slices.ContainsFunc(known, func(k error) bool { return errors.Is(err, k) }) {
			t.Errorf("got %v", err)
		}
		if err != nil {
			return
		}
		for _, table := range archive.Manifest.Tables {
			_ = archive.Rows(table.Name, func([]*string) error { return nil })
		}
	})
}
