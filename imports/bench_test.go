package imports_test

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"runtime/debug"
	"strconv"
	"strings"
	"testing"

	"runnerdb/club"
	"runnerdb/imports"
	"runnerdb/queries/querytest"
	"runnerdb/sheets"
)

const benchedRows = 100_000

// bigSheet is a race of many runners, as CSV of some 8 MB or as a workbook.
func bigSheet(tb testing.TB, format sheets.Format) []byte {
	tb.Helper()
	var b bytes.Buffer
	w, err := sheets.NewWriter(&b, format, "Pos", "Race No", "Name", "Time", "Net Time", "Category", "Gender", "Club", "Country")
	for i := 0; i < benchedRows && err == nil; i++ {
		gun := club.FinishTime(7200+i/4) * 1000
		name := invented(i%1499) + " " + strings.ToUpper(invented(i*7%7919+20_000))
		err = w.Row(i+1, 10_000+i, name, gun, gun-9000, []string{"Senior", "40-49", "50-59"}[i%3],
			[]string{"Male", "Female"}[i%2], fmt.Sprintf("CLUB %d ATHLETIC CLUB", i%800), "South Africa")
	}
	if err != nil || w.Close() != nil {
		tb.Fatal(err)
	}
	return b.Bytes()
}

// invented makes up a name from a number.
func invented(n int) string {
	var b strings.Builder
	for ; n > 0 || b.Len() == 0; n /= 60 {
		b.WriteByte("bdghjklmnprstvwz"[n%60/5])
		b.WriteByte("aeiou"[n%5])
	}
	return strings.ToUpper(b.String()[:1]) + b.String()[1:]
}

// BenchmarkImport stores a race of a hundred thousand in an empty database, as
// R067 asks: at most 30 seconds and 300 MB.
func BenchmarkImport(b *testing.B) {
	for _, engine := range querytest.Engines {
		for _, format := range []sheets.Format{sheets.CSV, sheets.XLSX} {
			b.Run(string(engine)+"/"+string(format), func(b *testing.B) {
				data := bigSheet(b, format)
				forgetPeak(b)
				for b.Loop() {
					b.StopTimer()
					db := querytest.New(b, engine)
					b.StartTimer()
					file, err := sheets.Open("big."+string(format), data)
					if err != nil {
						b.Fatal(err)
					}
					choices := bayRun
					choices.Length, choices.AcceptAll = 42_195, true
					_, plan, err := imports.Commit(b.Context(), imports.Records{DB: db}, imports.Order{File: file, Choices: choices}, secretary)
					if err != nil || plan.Count(imports.New) < benchedRows*9/10 {
						b.Fatal(plan.Count(imports.New), err)
					}
				}
				b.ReportMetric(peakMB(b), "peak-MB")
				b.ReportMetric(float64(len(data))/(1<<20), "file-MB")
			})
		}
	}
}

// forgetPeak resets the peak memory of the process.
func forgetPeak(b *testing.B) {
	b.Helper()
	debug.FreeOSMemory()
	if err := os.WriteFile("/proc/self/clear_refs", []byte("5"), 0o600); err != nil {
		b.Fatalf("the memory is read off Linux alone: %v", err)
	}
}

// peakMB returns the peak memory of the process.
func peakMB(b *testing.B) float64 {
	b.Helper()
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		b.Skip("the memory is read off Linux alone")
	}
	part := regexp.MustCompile(`VmHWM:\s+(\d+) kB`).FindStringSubmatch(string(status))
	kb, err := strconv.ParseFloat(part[1], 64)
	if err != nil {
		b.Fatal(err)
	}
	return kb / 1024
}
