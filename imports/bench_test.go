package imports_test

import (
	"fmt"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"runnerdb/imports"
	"runnerdb/queries/querytest"
	"runnerdb/sheets"
)

const benchedRows = 100_000

// bigSheet is a race of many runners, as CSV of some 8 MB.
func bigSheet() []byte {
	var b strings.Builder
	b.WriteString("Pos,Race No,Name,Time,Net Time,Category,Gender,Club,Country\n")
	for i := range benchedRows {
		s := 7200 + i/4
		fmt.Fprintf(&b, "%d,%d,%s %s,%d:%02d:%02d,%d:%02d:%02d,%s,%s,CLUB %d ATHLETIC CLUB,South Africa\n", i+1, 10_000+i,
			invented(i%1499), strings.ToUpper(invented(i*7%7919+20_000)), s/3600, s/60%60, s%60, (s-9)/3600, (s-9)/60%60, (s-9)%60,
			[]string{"Senior", "40-49", "50-59"}[i%3], []string{"Male", "Female"}[i%2], i%800)
	}
	return []byte(b.String())
}

// invented is a name made of a number.
func invented(n int) string {
	var b strings.Builder
	for ; n > 0 || b.Len() == 0; n /= 60 {
		b.WriteByte("bdghjklmnprstvwz"[n%60/5])
		b.WriteByte("aeiou"[n%5])
	}
	return strings.ToUpper(b.String()[:1]) + b.String()[1:]
}

// BenchmarkImport stores a race of a hundred thousand in an empty database, as
// R067 asks: at most 30 seconds and 300 MB. Run it with one engine at a time,
// or the memory is that of both.
func BenchmarkImport(b *testing.B) {
	data := bigSheet()
	for _, engine := range querytest.Engines {
		b.Run(string(engine), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				db := querytest.New(b, engine)
				b.StartTimer()
				file, err := sheets.Open("big.csv", data)
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

// peakMB is the most memory that the process has held.
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
