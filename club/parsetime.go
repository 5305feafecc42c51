package club

import (
	"fmt"
	"strconv"
	"strings"
	"unicode"
)

// ParseFinishTime reads a finish time in any form in use among runners and
// timers:
//
//	3:47:05  03:47:05  3:47:05.4  3:47:05,4   hours, minutes, seconds
//	47:05                                     minutes, seconds
//	3h47  3h47m05s  3 h 47 min 5 s            with letters
//	3h47'05"  47'05"  47′05″                  with marks
//	3.47.05                                   with points
//	34705  4705                               digits alone, from the right
//
// Two fields are minutes and seconds. A time is more than zero and at most
// MaxFinishTime; only the first field may exceed 59. Errors wrap ErrNotATime
// and say what was wrong.
func ParseFinishTime(s string) (FinishTime, error) {
	fields, err := timeFields(s)
	if err != nil {
		return 0, fmt.Errorf("%q: %w: %w", clip(s, 40), ErrNotATime, err)
	}
	t, err := fields.sum()
	if err != nil {
		return 0, fmt.Errorf("%q: %w: %w", clip(s, 40), ErrNotATime, err)
	}
	return t, nil
}

// clockFields holds hours, minutes, seconds and milliseconds as written, or -1
// for a field that was left out.
type clockFields struct{ h, m, s, ms int }

func (f clockFields) sum() (FinishTime, error) {
	if f.h >= 0 && f.m > 59 {
		return 0, fmt.Errorf("%d minutes; at most 59 after hours", f.m)
	}
	if f.s > 59 && (f.m >= 0 || f.h >= 0) {
		return 0, fmt.Errorf("%d seconds; at most 59 after minutes", f.s)
	}
	total := int64(max(f.h, 0))*3600 + int64(max(f.m, 0))*60 + int64(max(f.s, 0))
	t := FinishTime(total*1000 + int64(max(f.ms, 0)))
	if t <= 0 {
		return 0, fmt.Errorf("a finish time is more than zero")
	}
	if t > MaxFinishTime {
		return 0, fmt.Errorf("longer than %d hours", MaxFinishTime/3_600_000)
	}
	return t, nil
}

func timeFields(s string) (clockFields, error) {
	s = plainMarks(s)
	switch {
	case s == "":
		return clockFields{}, fmt.Errorf("nothing there")
	case len(s) > 40:
		return clockFields{}, fmt.Errorf("too long")
	case onlyDigits(s):
		return digitFields(s)
	case strings.ContainsAny(s, "hms'\""):
		return letterFields(s)
	case strings.Contains(s, ":"):
		return separatedFields(s, ":")
	default:
		return separatedFields(s, ".")
	}
}

var markReplacer = strings.NewReplacer(
	"′", "'", "’", "'", "‘", "'", "´", "'", "″", `"`, "”", `"`, "“", `"`, "''", `"`, "：", ":",
	"hours", "h", "hour", "h", "hrs", "h", "hr", "h",
	"minutes", "m", "minute", "m", "mins", "m", "min", "m",
	"seconds", "s", "second", "s", "secs", "s", "sec", "s",
)

func plainMarks(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return ' '
		}
		return r
	}, strings.ToLower(s))
	s = strings.TrimSpace(markReplacer.Replace(s))
	for _, unit := range []string{"h", "m", "s", "'", `"`} {
		s = strings.ReplaceAll(s, " "+unit, unit)
		s = strings.ReplaceAll(s, unit+" ", unit)
	}
	return s
}

// digitFields reads 34705 as 3:47:05 and 4705 as 47:05.
func digitFields(s string) (clockFields, error) {
	if len(s) < 3 || len(s) > 7 {
		return clockFields{}, fmt.Errorf("write it as 3:47:05")
	}
	f := clockFields{h: -1, ms: -1}
	f.s, _ = strconv.Atoi(s[len(s)-2:])
	if len(s) <= 4 {
		f.m, _ = strconv.Atoi(s[:len(s)-2])
		return f, nil
	}
	f.m, _ = strconv.Atoi(s[len(s)-4 : len(s)-2])
	f.h, _ = strconv.Atoi(s[:len(s)-4])
	return f, nil
}

// letterFields reads numbers that are each followed by a unit. The last unit
// may be left out, as in 3h47.
func letterFields(s string) (clockFields, error) {
	f := clockFields{-1, -1, -1, -1}
	fields := []*int{&f.h, &f.m, &f.s}
	next := 0
	for s != "" {
		end := strings.IndexAny(s, `hms'"`)
		digits, unit := s, byte(0)
		if end >= 0 {
			digits, unit, s = s[:end], s[end], s[end+1:]
		} else {
			s = ""
		}
		at := unitIndex(unit, next)
		if at < next || at > 2 {
			return f, fmt.Errorf("hours, minutes and seconds in that order, please")
		}
		whole, ms, err := number(digits, at == 2)
		if err != nil {
			return f, err
		}
		*fields[at], f.ms, next = whole, ms, at+1
	}
	return f, nil
}

func unitIndex(unit byte, next int) int {
	switch unit {
	case 'h':
		return 0
	case 'm', '\'':
		return 1
	case 's', '"':
		return 2
	default:
		return next
	}
}

// separatedFields reads 3:47:05, 47:05 and, with full stops, 3.47.05. Only
// seconds after colons may have decimals.
func separatedFields(s, sep string) (clockFields, error) {
	f := clockFields{-1, -1, -1, -1}
	parts := strings.Split(s, sep)
	fields := []*int{&f.h, &f.m, &f.s}
	if len(parts) < 2 || len(parts) > 3 || (sep == "." && len(parts) != 3) {
		return f, fmt.Errorf("write it as 3:47:05")
	}
	fields = fields[3-len(parts):]
	for i, part := range parts {
		whole, ms, err := number(part, i == len(parts)-1)
		if err != nil {
			return f, err
		}
		*fields[i], f.ms = whole, ms
	}
	return f, nil
}

// number reads digits and, where allowed, a decimal part as milliseconds.
func number(s string, decimals bool) (whole, ms int, err error) {
	s = strings.TrimSpace(s)
	ms = -1
	if at := strings.IndexAny(s, ".,"); at >= 0 {
		if !decimals {
			return 0, 0, fmt.Errorf("%q has decimals; only seconds may", s)
		}
		if ms, err = milliseconds(s[at+1:]); err != nil {
			return 0, 0, err
		}
		s = s[:at]
	}
	if !onlyDigits(s) || len(s) > 6 {
		return 0, 0, fmt.Errorf("%q is no whole number", s)
	}
	whole, _ = strconv.Atoi(s)
	return whole, ms, nil
}

func milliseconds(decimals string) (int, error) {
	if !onlyDigits(decimals) || len(decimals) > 9 {
		return 0, fmt.Errorf("%q is no part of a second", decimals)
	}
	ms, _ := strconv.Atoi((decimals + "00")[:3])
	return ms, nil
}

func onlyDigits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return s != ""
}

// clip shortens text that an error quotes.
func clip(s string, runes int) string {
	short := []rune(s)
	if len(short) <= runes {
		return s
	}
	return string(short[:runes]) + "…"
}
