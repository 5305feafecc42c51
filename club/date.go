package club

import (
	"database/sql/driver"
	"errors"
	"fmt"
	"time"
)

// Date is a day in the calendar, without a time of day or a zone. The zero
// value means that no date is known.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ErrNotADate is wrapped by every error of ParseDate.
var ErrNotADate = errors.New("not a date")

// ParseDate reads a date as YYYY-MM-DD, years 1000 to 9999.
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 1000 {
		return Date{}, fmt.Errorf("%q: %w; write it as 2026-11-23", clip(s, 40), ErrNotADate)
	}
	return DateOf(t), nil
}

// DateOf returns the date of t in its own location.
func DateOf(t time.Time) Date {
	y, m, d := t.Date()
	return Date{y, m, d}
}

// CapeTown is the club's time zone, SAST. South Africa has no daylight saving
// time.
var CapeTown = time.FixedZone("SAST", 2*60*60)

// DayOf returns the date in Cape Town at t, wherever the process runs.
func DayOf(t time.Time) Date { return DateOf(t.In(CapeTown)) }

// String prints the date as YYYY-MM-DD, and the zero date as "".
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, d.Month, d.Day)
}

// Words prints the date as "23 Nov 2026".
func (d Date) Words() string {
	if d.IsZero() {
		return ""
	}
	return d.time().Format("2 Jan 2006")
}

// IsZero reports whether no date is known.
func (d Date) IsZero() bool { return d == Date{} }

// Compare returns -1, 0 or +1 if d is before, on or after other.
func (d Date) Compare(other Date) int { return d.time().Compare(other.time()) }

// AddDays returns the date n days later.
func (d Date) AddDays(n int) Date { return DateOf(d.time().AddDate(0, 0, n)) }

// DaysSince returns the number of days from other to d.
func (d Date) DaysSince(other Date) int {
	return int(d.time().Sub(other.time()).Hours() / 24)
}

// MarshalText writes the date in the form of String.
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(text []byte) error {
	*d = Date{}
	if len(text) == 0 {
		return nil
	}
	parsed, err := ParseDate(string(text))
	if err == nil {
		*d = parsed
	}
	return err
}

func (d Date) time() time.Time {
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// Value stores the date as text that both databases read as a date, and the
// zero date as NULL.
func (d Date) Value() (driver.Value, error) {
	if d.IsZero() {
		return nil, nil
	}
	return d.String(), nil
}

// Scan reads a date column: NULL, a time, or text that begins with YYYY-MM-DD.
func (d *Date) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*d = Date{}
	case time.Time:
		*d = DateOf(v)
	case string:
		parsed, err := ParseDate(v[:min(len(v), len(time.DateOnly))])
		*d = parsed
		return err
	default:
		return fmt.Errorf("a date column holds a %T", src)
	}
	return nil
}
