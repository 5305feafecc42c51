package sheets

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// order is the order in which a column writes the parts of names.
type order int

const (
	asWritten order = iota
	givenFirst
	surnameFirst
)

var (
	bibInName  = regexp.MustCompile(`[(\[] ?(?:#|no\.?|nr\.?|bib)? ?(\d{1,6}) ?[)\]]|(?:^|\s)# ?(\d{1,6})\b|^(\d{1,6})[.)]? ?[-–:] ?|^(\d{1,6})\s+|\s+[-–] ?(\d{1,6})$|\s(\d{1,6})$`)
	nation     = regexp.MustCompile(`\s*[(\[](?:[A-Z]{1,3}|(?i:mr|mrs|ms|miss|dr|prof|mnr|mev))[)\]]$|\s*[-–,] ?(?:RSA|ZAF|ZIM|KEN|ETH|LES|SWZ|BOT|NAM|MOZ|UGA|TAN|MAW|ZAM|GBR|USA|GER|NED|FRA|AUS)$`)
	title      = regexp.MustCompile(`^(?i:mr|mrs|ms|miss|dr|prof|mnr|mev|herr|frau)\.? `)
	marker     = regexp.MustCompile(`^[*†‡•\p{So}\x{fe0f}]+ ?| ?[*†‡•\p{So}\x{fe0f}]+$`)
	inBrackets = regexp.MustCompile(`(?i)[(\[](jnr|jr|snr|sr|ii|iii|iv)\.?[)\]]`)
	generation = regexp.MustCompile(`^(?i:jnr|jr|snr|sr|ii|iii|iv)\.?$`)
)

// endedAfter matches a status after a name: Jan Nel (DNF).
var endedAfter = regexp.MustCompile(`^(.*\pL.*?)\s*[(\[–-]\s*(DNF|DNS|DSQ|DQ|UOF|OTL|OOT|RET|RTD|DNC)[)\]]?$`)

// cutStatus cuts the status off a name.
func cutStatus(name string) (bare string, status club.Status) {
	if !strings.ContainsAny(name, "([-–") {
		return name, ""
	}
	part := endedAfter.FindStringSubmatch(name)
	if part == nil {
		return name, ""
	}
	status, _ = statusOf(part[2])
	return part[1], status
}

// bareName returns a name without anything else in its cell, and the race
// number if the cell held one.
func bareName(text string) (name, bib string) {
	name = grid.Tidy(inBrackets.ReplaceAllString(text, "$1"))
	if part := bibInName.FindStringSubmatch(name); part != nil {
		bib = strings.Join(part[1:], "")
		name = grid.Tidy(bibInName.ReplaceAllString(name, " "))
	}
	name = marker.ReplaceAllString(name, "")
	name = nation.ReplaceAllString(name, "")
	if strings.Count(name, " ") > 1 {
		name = title.ReplaceAllString(name, "")
	}
	return strings.Trim(name, " ,;-"), bib
}

// displayName returns a name for display: given name first, in sensible case.
func displayName(name string, o order) string {
	given, surname := splitName(name, o)
	return joinName(given, surname)
}

// joinName returns the display name for a given name and a surname.
func joinName(given, surname string) string {
	given, surname = strings.Trim(grid.Tidy(given), " ,;"), strings.Trim(grid.Tidy(surname), " ,;")
	calm := given + surname
	return grid.Tidy(sensible(given, calm, false) + " " + sensible(surname, calm, true))
}

// splitName splits a name into given names and surname as far as the name or
// its column shows which is which. Otherwise all of it is the surname.
func splitName(name string, o order) (given, surname string) {
	if last, first, ok := strings.Cut(name, ","); ok && hasLetters(last) && hasLetters(first) {
		return splitAtComma(last, first)
	}
	words := strings.Fields(name)
	if len(words) < 2 {
		return "", name
	}
	switch at, how := capitals(words); {
	case endsInInitials(words):
		return words[len(words)-1], strings.Join(words[:len(words)-1], " ")
	case how == surnameFirst && (o == surnameFirst || !isInitials(words[0]) && utf8.RuneCountInString(words[0]) > 2 || at > 1):
		return strings.Join(words[at:], " "), strings.Join(words[:at], " ")
	case how == givenFirst:
		return strings.Join(words[:at], " "), strings.Join(words[at:], " ")
	case o == surnameFirst, len(words) > 2 && how != surnameFirst && opensSurname(words):
		at := surnameLength(words)
		return strings.Join(words[at:], " "), strings.Join(words[:at], " ")
	}
	return "", name
}

// splitAtComma splits a name at its comma, and moves a Jnr or III after the
// comma behind the surname.
func splitAtComma(last, first string) (given, surname string) {
	words := strings.Fields(first)
	if at := len(words) - 1; generation.MatchString(words[at]) {
		return strings.Join(words[:at], " "), last + " " + words[at]
	}
	return first, last
}

// capitals finds where the capitals of a surname end or start in a name.
func capitals(words []string) (at int, how order) {
	front, back := frontCapitals(words), backCapitals(words)
	switch {
	case front == len(words) || back == 0:
		return 0, asWritten
	case front > 0 && back == len(words):
		return front, surnameFirst
	case back < len(words) && front == 0:
		return back, givenFirst
	default:
		return 0, asWritten
	}
}

// frontCapitals returns the index at which the capitals at the front of a name
// end.
func frontCapitals(words []string) int {
	front := 0
	for front < len(words) && (isCapital(words[front]) || isParticle(words[front])) {
		front++
	}
	for front > 0 && !isCapital(words[front-1]) {
		front--
	}
	return front
}

// backCapitals returns the index at which the capitals at the end of a name
// start, including particles before them.
func backCapitals(words []string) int {
	back := len(words)
	for back > 0 && (isCapital(words[back-1]) || generation.MatchString(words[back-1])) {
		back--
	}
	for back > 0 && back < len(words) && strings.ToLower(words[back-1]) == words[back-1] && isParticle(words[back-1]) {
		back--
	}
	return back
}

// isCapital reports whether a word is written in capitals as surnames are:
// DLAMINI, McDONALD, O'BRIEN.
func isCapital(word string) bool {
	for _, prefix := range []string{"Mc", "Mac", "Fitz"} {
		if rest, ok := strings.CutPrefix(word, prefix); ok && utf8.RuneCountInString(rest) > 1 {
			word = rest
			break
		}
	}
	upper := 0
	for _, r := range word {
		switch {
		case unicode.IsUpper(r), r == 'ß': // few programs have a capital ß
			upper++
		case unicode.IsLower(r):
			return false
		}
	}
	return upper > 1
}

// isInitials reports whether a word in capitals may be initials rather than a
// surname: TJ, P.J.
func isInitials(word string) bool {
	letters := strings.ReplaceAll(word, ".", "")
	n := utf8.RuneCountInString(letters)
	return n <= 3 && (n == 1 || !strings.ContainsAny(strings.ToUpper(letters), "AEIOUYÀÁÈÉÌÍÒÓÙÚÄÖÜ") || strings.Contains(word, "."))
}

// endsInInitials reports whether initials follow a surname: Nel J.P.
func endsInInitials(words []string) bool {
	last := words[len(words)-1]
	return strings.Count(last, ".") > 1 && isInitials(last)
}

// opensSurname reports whether a name in capitals starts with a word that only
// surnames start with: VAN WYK JOHAN.
func opensSurname(words []string) bool {
	return isCapital(words[0]) && slices.Contains([]string{"VAN", "VON", "DU", "DE", "LE", "DEN"}, words[0])
}

// surnameLength returns the number of words in the surname at the front of a
// name: particles and the word after them.
func surnameLength(words []string) int {
	at := 0
	for at < len(words)-2 && isParticle(words[at]) {
		at++
	}
	return at + 1
}

// columnOrder returns the order in which most names of a column are written.
func columnOrder(names []string) order {
	votes := map[order]int{}
	for _, name := range names {
		name, _ := bareName(name)
		words := strings.Fields(name)
		if len(words) < 2 || strings.Contains(name, ",") {
			continue
		}
		_, how := capitals(words)
		votes[how]++
	}
	switch {
	case votes[surnameFirst] > 3*votes[givenFirst] && votes[surnameFirst] > 2*votes[asWritten]:
		return surnameFirst
	case votes[givenFirst] > 0:
		return givenFirst
	default:
		return asWritten
	}
}

// clubAfter matches a club in brackets after a name.
var clubAfter = regexp.MustCompile(`^(.*\S)\s*[(\[]([^()\[\]]*\pL{2}[^()\[\]]*)[)\]]$`)

// haveClubs reports whether most names are followed by a club.
func haveClubs(names []string) bool {
	n := 0
	for _, name := range names {
		if clubAfter.MatchString(name) && !nation.MatchString(name) {
			n++
		}
	}
	return n > 1 && n*10 >= len(names)*6
}

// cutClub cuts the club off a name.
func cutClub(name string) (bare, team string) {
	part := clubAfter.FindStringSubmatch(name)
	if part == nil {
		return name, ""
	}
	return part[1], grid.Tidy(part[2])
}

// nobody lists the words for an unknown runner.
var nobody = words(`unknown unknownrunner unknownathlete unknownparticipant unknownname unbekannt onbekend inconnu inconnue desconocido desconhecido sconosciuto anonymous
	anonym anonyme noname nn unregistered notregistered nobib unallocated unassigned tba tbc`)

// surnameHeaders lists the column names that announce the surname first.
var surnameHeaders = words(`surnameinitials surnameandinitials surnameinitial surnamefirstnames vanenvoorletters vanvoorletters nomprenom nometprenom nomsprenoms apellidosynombre apellidosynombres apellidosnombre cognomenome cognomeenome nominativo surnamename
	surnameandname surnamefirstname surnamefirst lastfirst lastnamefirstname lastnamefirst nazwiskoimie nazwiskoiimie prijmenijmeno nachnamevorname namevorname nameundvorname nameuvorname
	achternaamvoornaam vanennaam vannaam фамилияимя επωνυμοονομα`)

func isParticle(word string) bool { return slices.Contains(particles, strings.ToLower(word)) }

func hasDigit(s string) bool { return strings.ContainsAny(s, "0123456789") }

func hasLetters(s string) bool { return strings.IndexFunc(s, unicode.IsLetter) >= 0 }
