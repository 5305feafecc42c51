package handlers_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"runnerdb/club"
	"runnerdb/handlers"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// pairedRunners is how many results the race has, enough for a long list. The
// first, the middle and the last of them always have the same club.
const pairedRunners = 9000

func pairedClub() queries.Batch {
	load := queries.Batch{
		Series: []club.Series{{ID: 1, Name: "Marathon"}},
		Races:  []club.Race{{ID: 1, SeriesID: 1, HeldOn: club.Date{Year: 2025, Month: 3, Day: 2}, Length: 42_195}},
	}
	for i := range pairedRunners {
		id := int64(i + 1)
		load.Runners = append(load.Runners, club.Runner{ID: id, Name: fmt.Sprintf("Runner %04d", id)})
		load.Results = append(load.Results, club.Result{
			ID: id, RunnerID: id, RaceID: 1, Status: club.Finished, Position: i + 1, Net: club.FinishTime(9_000_000 + i), Category: "Senior", Club: "Club 1", Counts: true,
		})
	}
	return load
}

// changePairs changes the club of these three in one transaction, again and
// again until stop is called. It returns when it has done so once.
func changePairs(t *testing.T, location string) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done, begun := make(chan struct{}), make(chan struct{})
	once := sync.OnceFunc(func() { close(begun) })
	db := querytest.Open(t, location)
	ids := func() (both []queries.Seen) {
		for _, id := range []int64{1, pairedRunners / 2, pairedRunners} {
			result, err := db.KeptResult(ctx, id)
			if err != nil {
				return nil
			}
			both = append(both, queries.Seen{ID: id, Version: result.Version})
		}
		return both
	}
	go func() {
		defer close(done)
		defer once()
		for i := 2; ctx.Err() == nil; i++ {
			_, err := db.ChangeResults(ctx, ids(), "the club", queries.AtCommandLine(time.Now()), func(r *club.Result) { r.Club = fmt.Sprintf("Club %d", i) })
			if err != nil && ctx.Err() == nil {
				t.Errorf("the writer: %v", err)
				return
			}
			once()
		}
	}()
	<-begun
	return func() {
		cancel()
		<-done
	}
}

// slowGet reads the beginning of an answer, and the rest after calling between.
func slowGet(t *testing.T, s *site, path string, between func()) string {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\n\r\n", path, s.address); err != nil {
		t.Fatal(err)
	}
	response, err := http.ReadResponse(bufio.NewReaderSize(conn, 1<<10), nil)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("%s: %v, %v", path, response, err)
	}
	defer func() { _ = response.Body.Close() }()
	first := make([]byte, 1<<10)
	if _, err := io.ReadFull(response.Body, first); err != nil {
		t.Fatal(err)
	}
	between()
	rest, err := io.ReadAll(response.Body)
	if err != nil {
		t.Errorf("%s broke off after %d bytes: %v", path, len(rest), err)
	}
	return string(first) + string(rest)
}

// A long file is whole and of one moment while others change the records all
// the time, and however slowly it is taken.
func TestLongListsAreOfOneMoment(t *testing.T) {
	t.Parallel()
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			location := querytest.Location(t, engine)
			s := serveSite(t, location)
			querytest.Load(t, s.db, pairedClub())
			stop := changePairs(t, location)
			defer stop()
			for _, format := range []string{"csv", "csv", "xlsx"} {
				text := slowGet(t, s, "/races/1/export?format="+format, func() { awaitVersions(t, s, 3) })
				var rows [][]string
				if format == "xlsx" {
					rows = answer{body: text}.sheetOf(t)
				} else if read, err := csv.NewReader(strings.NewReader(strings.TrimPrefix(text, "\ufeff"))).ReadAll(); err == nil {
					rows = read
				}
				if len(rows) != pairedRunners+1 {
					t.Fatalf("%s: %d rows", format, len(rows))
				}
				first, middle, last := rows[1][4], rows[pairedRunners/2][4], rows[pairedRunners][4]
				if first != middle || first != last {
					t.Errorf("the file is of several moments: %s, %s and %s", first, middle, last)
				}
			}
			if broken := s.log.lines("download broken off"); len(broken) > 0 {
				t.Errorf("broken off: %v", broken)
			}
		})
	}
}

// awaitVersions waits until the records have changed so many times.
func awaitVersions(t *testing.T, s *site, times int64) {
	t.Helper()
	begun, err := s.db.RecordsAt(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for now := begun; now.Results.Number < begun.Results.Number+times; {
		if now, err = s.db.RecordsAt(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}

// The file that a long download lies in goes with the visitor, and its place is
// free for the next.
func TestDownloadsLeaveNothingBehind(t *testing.T) {
	folder := t.TempDir()
	t.Setenv("TMPDIR", folder)
	s := newSite(t, querytest.SQLite, emptied)
	querytest.Load(t, s.db, pairedClub())
	for i := range handlers.MaxDownloads + 1 {
		if i%2 == 0 {
			slowGet(t, s, "/races/1/export", func() {})
		} else {
			leaveEarly(t, s, "/races/1/export")
		}
		for left := 1; left > 0; {
			entries, err := os.ReadDir(folder)
			if err != nil {
				t.Fatal(err)
			}
			left = len(entries)
		}
	}
}

// leaveEarly asks for a file and goes away with the first bytes.
func leaveEarly(t *testing.T, s *site, path string) {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.address)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := fmt.Fprintf(conn, "GET %s HTTP/1.1\r\nHost: %s\r\n\r\n", path, s.address); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(conn, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
}

// What is written to a spool doesn't wait for whoever reads it, and an error
// comes after all that was written before it.
func TestSpool(t *testing.T) {
	spool, err := handlers.NewSpool()
	if err != nil {
		t.Fatal(err)
	}
	const size = 8 << 20
	if n, err := spool.Write(make([]byte, size)); n != size || err != nil {
		t.Fatalf("got %d, %v", n, err)
	}
	broken := errors.New("broken")
	spool.Finish(broken)
	var read bytes.Buffer
	if err := spool.CopyTo(&read); !errors.Is(err, broken) || read.Len() != size {
		t.Errorf("got %d bytes, %v", read.Len(), err)
	}
	if err := spool.Close(); err != nil {
		t.Error(err)
	}
}
