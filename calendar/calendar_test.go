package calendar_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"runnerdb/calendar"
	"runnerdb/club"
)

func written(t *testing.T, name string, events ...calendar.Event) string {
	t.Helper()
	var b strings.Builder
	if err := calendar.Write(&b, name, events); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestWrite(t *testing.T) {
	got := written(t, "Races of Karabo", calendar.Event{
		ID: "result-7@runnerdb", On: club.Date{Year: 2025, Month: 12, Day: 31},
		Title: "Langa, Gugulethu; 10 km", Text: "0:45:00\nPB", URL: "https://example.org/races/1",
	})
	want := strings.ReplaceAll(`BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Runner DB//Races//EN
CALSCALE:GREGORIAN
METHOD:PUBLISH
X-WR-CALNAME:Races of Karabo
BEGIN:VEVENT
UID:result-7@runnerdb
DTSTAMP:20251231T000000Z
DTSTART;VALUE=DATE:20251231
DTEND;VALUE=DATE:20260101
SUMMARY:Langa\, Gugulethu\; 10 km
DESCRIPTION:0:45:00\nPB
TRANSP:TRANSPARENT
URL:https://example.org/races/1
END:VEVENT
END:VCALENDAR
`, "\n", "\r\n")
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
}

func FuzzWrite(f *testing.F) {
	f.Add("plain", "Peninsula Marathon")
	f.Add("a\r\nBEGIN:VEVENT", strings.Repeat("é", 200))
	f.Add("\xff\x00", "\\;,\n")
	f.Fuzz(func(t *testing.T, name, title string) {
		got := written(t, name, calendar.Event{ID: title, On: club.Date{Year: 2025, Month: 1, Day: 1}, Title: title, Text: name, URL: title})
		events := 0
		for line := range strings.SplitSeq(strings.TrimSuffix(got, "\r\n"), "\r\n") {
			if len(line) > 75 || !utf8.ValidString(line) || strings.ContainsAny(line, "\r\n\x00") {
				t.Errorf("a line is %q", line)
			}
			if line == "BEGIN:VEVENT" {
				events++
			}
		}
		if events != 1 {
			t.Errorf("%d events, want 1", events)
		}
	})
}
