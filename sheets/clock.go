package sheets

import (
	"regexp"
	"strconv"
	"strings"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// clock is what a cell in a column of times says.
type clock struct {
	time club.FinishTime
	// status stands in place of the time, or beside it.
	status club.Status
	// problem says what is wrong, and note how the time was interpreted. Both
	// are shown to people.
	problem, note string
}

func (c clock) empty() bool { return c.time == 0 && c.status == "" && c.problem == "" }

const (
	dayMillis = 86_400_000
	// someDay is the serial number of a day in 1954. A larger number is a date,
	// not a duration.
	someDay = 20_000
)

var (
	// noTime matches the ways in which sheets write "no time".
	noTime = regexp.MustCompile(`^[-–—_.:*?xX#\s0]*$|^(99|88)([:.]?(99|88))+$|^(?i)(n/?a|none|null|nil|nan|#(n/a|ref!|div/0!|value!|name\?|num!|null!))$`)
	// zeroDay matches day zero of a spreadsheet's calendar in front of a time
	// that was taken for a date.
	zeroDay = regexp.MustCompile(`^(?:(1899)-12-(3[01])|(1900)-0?1-0?([1-9])|(1904)-0?1-0?([1-9])|0?1/0?([1-9])/1900)[ T]+(.*)$`)
	// noDay matches placeholder dates that programs put in front of a time.
	noDay     = regexp.MustCompile(`^(?:1970-01-01|2000-01-01|0001-01-01|0000-00-00|1900[-/]0?1[-/]00?|1900[-/]00?[-/]00?|0?1/00?/1900|30[/.]12[/.]1899|12/30/1899|1899/12/30|20\d\d[-/.][01]\d[-/.][0-3]\d|[0-3]?\d[/.][0-3]?\d[/.]20\d\d)[ t]+`)
	days      = regexp.MustCompile(`^(\d{1,2})(?: ?(?:days?|d|tage?|jours?|dias?|giorni|dagen|dae),? +(.*)|\.(\d\d:\d\d:\d\d.*))$`)
	halfOfDay = regexp.MustCompile(`^(\d{1,2})(:.*?) ?([ap])\.?m\.?$`)
	fourParts = regexp.MustCompile(`^(\d{1,3}):(\d{2}):(\d{2}):(\d{1,3})$`)
	twoPoints = regexp.MustCompile(`^\d{1,3}[.,][0-5]\d$`)
	fraction  = regexp.MustCompile(`^[0-4][.,]\d{3,}(?:e-\d+)?$`)
	exponent  = regexp.MustCompile(`^\d(?:\.\d+)?e-\d+$`)
	plain     = regexp.MustCompile(`^\d+(?:[.,]\d+)?$`)
	threePart = regexp.MustCompile(`^(\d{1,3}):(\d{2}):(\d{2})$`)
	remark    = regexp.MustCompile(`(?:[ *†‡+!#^]|\((?:pb|pr|sb|cr|r|nr|wr|q|net|gun)\)|\b(?:pb|pr|sb|cr|nr|wr)\b\.?)+$`)
	// unitWord matches an unneeded unit after a time: 1:02:03 h.
	unitWord  = regexp.MustCompile(`(\d[:.]\d\d(?:[.,]\d+)?) ?(?:h|hrs?|hours|uhr|std|mins?|minutes|minuten)\.?$`)
	hourWord  = regexp.MustCompile(`^(\d{1,3}:\d{2}) ?(?:h|hrs?|hours|std|uur|ure)\.?$`)
	sixDigits = regexp.MustCompile(`^\d\d[0-5]\d[0-5]\d$`)
	twoParts  = regexp.MustCompile(`^\d{1,3}:\d{2}$`)
	// primes matches minutes and seconds with primes, after optional hours:
	// 1:02'03", 42'06"5.
	primes = regexp.MustCompile(`^(?:(\d{1,3}) ?[:h°] ?)?(\d{1,3}) ?['’′] ?(\d{2}) ?(?:["”″]|''|’’)?[.,]?(\d{0,3})$`)
	colons = strings.NewReplacer("：", ":", "∶", ":", "꞉", ":", "︰", ":", "．", ".")
	// quotedNumber matches a number that an apostrophe marks as text.
	quotedNumber = regexp.MustCompile(`^['’‘` + "`" + `]+(\d)`)
	// withWords matches a time followed by words, in brackets or not.
	withWords = regexp.MustCompile(`^((?:\d{1,3}:)?\d{1,3}:\d{2}(?:[.,]\d{1,3})?)[ ,;/–—-]*[(\[ ]*([^\d:'’′][^:]*?|\d{1,2}:\d{2} ?(?:/|min/|per) ?(?:km|k|mi|mile))[)\]]*$`)
	remarks   = regexp.MustCompile(`(?i)^\d.*/|\b(?:pb|pr|sb|cr|nr|wr|record|personal|best|course|first|win|winner|tie|tied|net|nett|gun|chip|hours?|hrs?|q|qualif\w*|am)\b`)
	units     = strings.NewReplacer("小时", "h", "小時", "h", "時間", "h", "时", "h", "時", "h", "点", "h", "分钟", "m", "分鐘", "m", "分", "m", "秒", "s",
		"stunden", "h", "stunde", "h", "std.", "h", "std", "h", "heures", "h", "heure", "h", "horas", "h", "hora", "h", "ore", "h", "uur", "h", "ure", "h",
		"minuten", "m", "minutos", "m", "minuti", "m", "min.", "m", "sekunden", "s", "sek.", "s", "sek", "s", "segundos", "s", "seg", "s", "secondi", "s",
		"sekondes", "s", "sec.", "s", "sek", "s", "godz.", "h", "godz", "h", "hod", "h", "ч", "h", "мин", "m", "сек", "s", "с", "s")
	// pointAndComma matches 32.08,1 and 1:32.08,1. In a column that writes
	// 39,05 for minutes and seconds, 1.02,33 has hours.
	pointAndComma = regexp.MustCompile(`^(\d{1,2}[.:])?(\d{1,3})\.([0-5]\d),(\d{1,2})$`)
	// loose matches a colon with spaces around it.
	loose = regexp.MustCompile(` ?(:) ?`)
	hourU = regexp.MustCompile(`(\d) ?u ?(\d)`)
)

// readClock reads a cell of a column of times.
func readClock(cell grid.Cell, s style) clock {
	if cell.Form != grid.Text {
		return readNumber(cell, s)
	}
	if isPlainClock(cell.Text) && !s.hours && !s.hundredths {
		if t, err := club.ParseFinishTime(cell.Text); err == nil {
			return inBounds(t)
		}
	}
	text := quotedNumber.ReplaceAllString(colons.Replace(grid.Tidy(cell.Text)), "$1")
	if strings.Contains(text, " ") {
		text = loose.ReplaceAllString(text, "$1")
	}
	if noTime.MatchString(text) {
		return clock{}
	}
	if status, known := statusOf(text); known {
		return clock{status: status}
	}
	if !hasDigit(text) {
		return unreadable(text)
	}
	t, ok := clockText(text, s)
	if part := withWords.FindStringSubmatch(text); !ok && part != nil {
		return clockBeside(part[1], part[2], s)
	}
	if !ok {
		return unreadable(text)
	}
	return inBounds(t)
}

func unreadable(text string) clock {
	return clock{problem: "the time " + quote(text) + " can’t be read; write it as 3:47:05"}
}

// isPlainClock reports whether text has the form 3:47:05 or 47:05. Most times
// do, and need no further attempts.
func isPlainClock(text string) bool {
	colons := strings.Count(text, ":")
	return (colons == 1 || colons == 2) && strings.Trim(text, "0123456789:") == "" && strings.Trim(text, "0:") != ""
}

// clockBeside reads a time with words beside it: a status, or a remark that
// somebody should check.
func clockBeside(text, words string, s style) clock {
	c := readClock(grid.Cell{Text: text}, s)
	if c.problem != "" {
		return c
	}
	if status, known := statusOf(words); known {
		c.status = status
	} else if !remarks.MatchString(words) {
		c.problem = "beside the time stands " + quote(words)
	}
	return c
}

func inBounds(t club.FinishTime) clock {
	if t > club.MaxFinishTime {
		return clock{problem: "the time is longer than 1,000 hours"}
	}
	return clock{time: t}
}

func clockText(text string, s style) (club.FinishTime, bool) {
	text, before := withoutDay(strings.TrimSuffix(noDay.ReplaceAllString(strings.ToLower(text), ""), "z"), s)
	text = strings.TrimPrefix(text, "pt")
	text = hourWord.ReplaceAllString(text, "$1:00")
	text = unitWord.ReplaceAllString(remark.ReplaceAllString(text, ""), "$1")
	if part := halfOfDay.FindStringSubmatch(text); part != nil {
		text = fullDay(part)
	}
	if part := fourParts.FindStringSubmatch(text); part != nil {
		text = part[1] + ":" + part[2] + ":" + part[3] + "." + part[4]
	}
	if part := primes.FindStringSubmatch(text); part != nil {
		text = part[1] + ":" + part[2] + ":" + part[3] + "." + part[4]
		text = strings.TrimSuffix(strings.TrimPrefix(text, ":"), ".")
	}
	if s.hours && twoParts.MatchString(text) {
		text += ":00"
	}
	if part := threePart.FindStringSubmatch(text); part != nil && s.hundredths {
		text = part[1] + ":" + part[2] + "." + part[3]
	}
	if part := pointAndComma.FindStringSubmatch(text); part != nil {
		text = strings.Replace(part[1], ".", ":", 1) + part[2] + ":" + part[3] + "." + part[4]
		if s.commas && part[1] == "" && len(part[4]) == 2 {
			text = part[2] + ":" + part[3] + ":" + part[4]
		}
	}
	if t, ok := plainNumber(text, s); ok {
		return t, true
	}
	text = hourU.ReplaceAllString(units.Replace(text), "${1}h$2")
	if noTime.MatchString(text) && before > 0 {
		return before, true
	}
	t, err := club.ParseFinishTime(text)
	return t + before, err == nil
}

// withoutDay removes the date that a spreadsheet or a program put in front of a
// time. It returns the rest, and the duration that the date stands for.
func withoutDay(text string, s style) (string, club.FinishTime) {
	const day = club.FinishTime(dayMillis)
	if part := days.FindStringSubmatch(text); part != nil {
		count, _ := strconv.Atoi(part[1])
		return part[2] + part[3], club.FinishTime(count) * day
	}
	part := zeroDay.FindStringSubmatch(strings.ToUpper(text))
	if part == nil {
		return text, 0
	}
	var count int
	switch {
	case part[1] != "": // 30 December 1899 is day 0
		count, _ = strconv.Atoi(part[2])
		count -= 30
	case part[5] != "": // on a Mac, 1 January 1904 is day 0
		count, _ = strconv.Atoi(part[6])
		count--
	default:
		count, _ = strconv.Atoi(part[4] + part[7])
	}
	if s.dayOne {
		count--
	}
	return strings.ToLower(part[8]), club.FinishTime(count) * day
}

// fullDay converts 12:40:09 am to 0:40:09.
func fullDay(part []string) string {
	hour, _ := strconv.Atoi(part[1])
	hour %= 12
	if part[3] == "p" {
		hour += 12
	}
	return strconv.Itoa(hour) + part[2]
}

func quote(s string) string { return "“" + clip(s, 40) + "”" }

func clip(s string, most int) string {
	short := []rune(s)
	if len(short) <= most {
		return s
	}
	return string(short[:most]) + "…"
}
