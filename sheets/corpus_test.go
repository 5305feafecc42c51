package sheets_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"runnerdb/club"
	"runnerdb/sheets"
)

// R070, R071: each file in testdata has one quirk. The .want file beside it
// holds the expected line, name, milliseconds and status of each row, and
// whether the row can't be stored; or words of the refusal.
func TestCorpus(t *testing.T) {
	t.Parallel()
	wants, err := filepath.Glob("testdata/*.want")
	if err != nil || len(wants) < 30 {
		t.Fatalf("got %d files, %v", len(wants), err)
	}
	for _, path := range wants {
		name := strings.TrimSuffix(filepath.Base(path), ".want")
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			data, err := os.ReadFile(strings.TrimSuffix(path, ".want"))
			if err != nil {
				t.Fatal(err)
			}
			want, err := os.ReadFile(path)
			if err != nil {
				t.Fatal(err)
			}
			got := describe(sheets.Open(name, data))
			if words, isRefusal := strings.CutPrefix(strings.TrimSpace(string(want)), "refused: "); isRefusal {
				if !strings.HasPrefix(got, "refused: ") || !strings.Contains(got, words) {
					t.Errorf("got %s, want a refusal with %q", got, words)
				}
				return
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
		})
	}
}

// describe prints what was read in the format of the .want files.
func describe(file *sheets.File, err error) string {
	var sheet *sheets.Sheet
	if err == nil {
		sheet, err = file.Read(sheets.Options{})
	}
	var refusal *sheets.RefusalError
	if errors.As(err, &refusal) {
		return "refused: " + refusal.Reason
	}
	if err != nil {
		return err.Error()
	}
	var b strings.Builder
	for _, e := range sheet.Entries {
		fmt.Fprintf(&b, "%d\t%s\t%s\t%s", e.Line, e.Name, millis(e.Time()), status(e.Status))
		if len(e.Errors) > 0 {
			b.WriteString("\terror")
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func millis(t club.FinishTime) string {
	if t == 0 {
		return "-"
	}
	return fmt.Sprint(int64(t))
}

func status(s club.Status) string {
	if s == club.OutOfTime {
		return "OOT"
	}
	return string(s)
}
