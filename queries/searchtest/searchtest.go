// Package searchtest holds the questions by which the search for names is
// judged, and the judge.
//
// Each half of them, tuned and kept, stands in two files: what a rule drew
// from the seed's names and what people plausibly type. The search may be
// changed to answer the tuned half better; the kept half is only ever counted.
// A question is put to the demo club, to the federation, or to both.
package searchtest

import (
	"embed"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Half says what a question may be used for.
type Half string

// The halves. Nobody looks at the answers to the kept one, only at how many
// are right.
const (
	Tuned Half = "tuned"
	Kept  Half = "kept"
)

// Halves are both halves.
var Halves = []Half{Tuned, Kept}

// Records are the seeded records that a question is put to.
type Records string

// The records: the demo club, the federation of any size from
// FederationNames on, or both.
const (
	Club       Records = "club"
	Federation Records = "federation"
	Both       Records = "both"
)

// FederationNames is how many runners of the federation the questions are
// about: the first ones, who are the same whatever its size.
const FederationNames = 2300

// Seed is the seed of the records.
const Seed = 1

// Made is when the records are made: the last day of the seed's last season, by
// which it is judged who is a child.
var Made = time.Date(2026, 10, 31, 0, 0, 0, 0, time.UTC)

// Kind says what is hard about a question.
type Kind string

// The kinds of questions.
const (
	Exact        Kind = "exact"
	Prefix       Kind = "prefix"
	SurnameFirst Kind = "surname-first"
	Initials     Kind = "initials"
	Folded       Kind = "folded"
	Particle     Kind = "particle"
	Slip         Kind = "slip"
	TwoSlips     Kind = "two-slips"
	Unfinished   Kind = "unfinished"
	Nguni        Kind = "nguni"
	Click        Kind = "click"
	Alias        Kind = "alias"
	Licence      Kind = "licence"
	Letter       Kind = "letter"
	Common       Kind = "common"
	Hidden       Kind = "hidden"
)

// Kinds are all kinds, in the order of reports.
var Kinds = []Kind{
	Exact, Prefix, SurnameFirst, Initials, Folded, Particle, Slip, TwoSlips,
	Unfinished, Nguni, Click, Alias, Licence, Letter, Common, Hidden,
}

// Question is what somebody types, and whom they mean. Expected is
//
//	Karabo Khumalo   anybody of that name,
//	* Khumalo        anybody with these words in a name or an alias,
//	! Xaba           anybody but those with these words, or nobody at all,
//	best             whoever the ranking of the search puts first.
type Question struct {
	Half     Half
	Records  Records
	Kind     Kind
	Typed    string
	Expected string
}

//go:embed testdata
var files embed.FS

// Questions are those of one half about the club or the federation.
func Questions(half Half, records Records) ([]Question, error) {
	all, err := All(half)
	return slices.DeleteFunc(all, func(q Question) bool { return q.Records != records && q.Records != Both }), err
}

// All are the questions of one half.
func All(half Half) ([]Question, error) {
	var all []Question
	for _, made := range []string{"rule", "hand"} {
		name := string(half) + "-" + made + ".tsv"
		text, err := files.ReadFile("testdata/" + name)
		if err != nil {
			return nil, err
		}
		questions, err := parse(half, string(text))
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		all = append(all, questions...)
	}
	return all, nil
}

func parse(half Half, text string) ([]Question, error) {
	var questions []Question
	number := 0
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimSuffix(line, "\n")
		if line == "" || line[0] == '#' {
			continue
		}
		q, err := parseQuestion(half, line)
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		questions = append(questions, q)
	}
	return questions, nil
}

func parseQuestion(half Half, line string) (Question, error) {
	fields := strings.Split(line, "\t")
	if len(fields) != 4 {
		return Question{}, fmt.Errorf("%d fields, not 4", len(fields))
	}
	q := Question{half, Records(fields[0]), Kind(fields[1]), fields[2], fields[3]}
	switch {
	case !slices.Contains([]Records{Club, Federation, Both}, q.Records):
		return q, fmt.Errorf("unknown records %q", q.Records)
	case !slices.Contains(Kinds, q.Kind):
		return q, fmt.Errorf("unknown kind %q", q.Kind)
	case q.Typed == "" || q.Expected == "":
		return q, fmt.Errorf("an empty field")
	}
	return q, nil
}
