// Package calendar writes dates as iCalendar (RFC 5545), which every calendar
// program reads. It is pure: no clock, no network.
package calendar

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"runnerdb/club"
)

// Event is an event that lasts a day.
type Event struct {
	// ID identifies the event for ever, in every calendar.
	ID          string
	On          club.Date
	Title, Text string
	// URL may be empty.
	URL string
}

// Write writes a calendar with a name and events.
func Write(w io.Writer, name string, events []Event) error {
	lines := []string{
		"BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Runner DB//Races//EN", "CALSCALE:GREGORIAN", "METHOD:PUBLISH",
		"X-WR-CALNAME:" + escape(name),
	}
	for _, e := range events {
		lines = append(lines,
			"BEGIN:VEVENT",
			"UID:"+escape(e.ID),
			"DTSTAMP:"+compact(e.On)+"T000000Z",
			"DTSTART;VALUE=DATE:"+compact(e.On),
			"DTEND;VALUE=DATE:"+compact(e.On.AddDays(1)),
			"SUMMARY:"+escape(e.Title),
			"DESCRIPTION:"+escape(e.Text),
			"TRANSP:TRANSPARENT",
		)
		if e.URL != "" {
			lines = append(lines, "URL:"+clean(e.URL))
		}
		lines = append(lines, "END:VEVENT")
	}
	lines = append(lines, "END:VCALENDAR")
	for _, line := range lines {
		if _, err := io.WriteString(w, fold(line)); err != nil {
			return err
		}
	}
	return nil
}

func compact(d club.Date) string { return fmt.Sprintf("%04d%02d%02d", d.Year, d.Month, d.Day) }

// escape returns text as an iCalendar value (RFC 5545, 3.3.11).
func escape(text string) string {
	return clean(strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\r\n", `\n`, "\n", `\n`).Replace(text))
}

// clean drops the control characters that a line must not contain.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
}

// longest is the maximum number of bytes in a line without its ending (RFC
// 5545, 3.1).
const longest = 75

// fold breaks a line between characters into pieces of at most longest bytes.
func fold(line string) string {
	var b strings.Builder
	used := 0
	for _, r := range line {
		if used+utf8.RuneLen(r) > longest {
			b.WriteString("\r\n ")
			used = 1
		}
		b.WriteRune(r)
		used += utf8.RuneLen(r)
	}
	b.WriteString("\r\n")
	return b.String()
}
