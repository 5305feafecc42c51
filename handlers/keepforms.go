package handlers

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
)

// Bounds of what is typed of a runner.
const (
	maxLicenceRunes = 50
	maxAliases      = 20
	oldestBirthYear = 1900
)

// runnerForm is a runner as typed.
type runnerForm struct{ props components.RunnerFormProps }

func readRunnerForm(c *fiber.Ctx) runnerForm {
	form := formOf(c)
	text := func(name string) string { return strings.Join(strings.Fields(form.Get(name)), " ") }
	return runnerForm{components.RunnerFormProps{
		Name: text("name"), Aliases: text("aliases"), Sex: text("sex"), Born: text("born"), Licence: text("licence"),
		Visibility: visibilityOptions(club.Visibility(form.Get("visibility"))),
	}}
}

// into puts what was typed into a form, in place of what stood there.
func (f runnerForm) into(form components.RunnerFormProps) components.RunnerFormProps {
	form.Name, form.Aliases, form.Sex = f.props.Name, f.props.Aliases, f.props.Sex
	form.Born, form.Licence, form.Visibility = f.props.Born, f.props.Licence, f.props.Visibility
	return form
}

// runner reads the form, and says at each field what is wrong with it.
func (f runnerForm) runner(today club.Date) (club.Runner, map[string]string) {
	problems := map[string]string{}
	r := club.Runner{Name: f.props.Name, Sex: club.Sex(f.props.Sex), Licence: f.props.Licence, Visibility: chosenVisibility(f.props)}
	switch n := utf8.RuneCountInString(r.Name); {
	case n == 0:
		problems["name"] = "Write the runner’s name."
	case n > maxNameLength:
		problems["name"] = "A name has at most 200 letters."
	case club.Fold(r.Name) == "":
		problems["name"] = "A name needs letters."
	}
	if r.Sex != club.Female && r.Sex != club.Male && r.Sex != club.SexUnknown {
		problems["sex"] = "Choose one of the three."
	}
	if !slices.ContainsFunc(visibilities, func(v visibilityWords) bool { return v.said == r.Visibility }) {
		problems["visibility"] = "Choose one of the three."
	}
	if utf8.RuneCountInString(r.Licence) > maxLicenceRunes {
		problems["licence"] = "A licence has at most 50 letters."
	}
	if f.props.Born != "" {
		var err error
		switch r.BirthDate, err = club.ParseDate(f.props.Born); {
		case err != nil:
			problems["born"] = "Write the date as 1990-12-31."
		case r.BirthDate.Compare(today) > 0:
			problems["born"] = "That day has not come yet."
		case r.BirthDate.Year < oldestBirthYear:
			problems["born"] = "Nobody who runs was born so long ago."
		}
	}
	r.Aliases, problems["aliases"] = readAliases(f.props.Aliases)
	if problems["aliases"] == "" {
		delete(problems, "aliases")
	}
	return r, problems
}

func readAliases(text string) (aliases []string, problem string) {
	seen := map[string]bool{}
	for _, alias := range strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ';' }) {
		alias = strings.TrimSpace(alias)
		if alias == "" || seen[alias] {
			continue
		}
		if utf8.RuneCountInString(alias) > maxNameLength {
			return nil, "A name has at most 200 letters."
		}
		seen[alias] = true
		aliases = append(aliases, alias)
	}
	if len(aliases) > maxAliases {
		return nil, "That is more than 20 other names."
	}
	return aliases, ""
}

// editForm is the form with a runner as stored.
func (s *Server) editForm(c *fiber.Ctx, r club.Runner) components.RunnerFormProps {
	id := strconv.FormatInt(r.ID, 10)
	return components.RunnerFormProps{
		Form: components.Form{Token: formTokenOf(c)}, ID: "runner-" + id, URL: "/admin/runners/" + id, Cancel: "/admin/runners/" + id,
		Version: strconv.FormatInt(r.Version, 10), Name: r.Name, Aliases: strings.Join(r.Aliases, ", "),
		Sex: string(r.Sex), Born: r.BirthDate.String(), Licence: r.Licence,
		Visibility: visibilityOptions(r.Visibility), Hidden: r.HiddenFor.Words(r.BirthDate, s.today()),
	}
}

// changes are the fields in which two forms of a runner differ.
func changes(mine, theirs components.RunnerFormProps) []components.Change {
	return differing([]components.Change{
		{Field: "Name", Mine: mine.Name, Theirs: theirs.Name},
		{Field: "Other names", Mine: mine.Aliases, Theirs: theirs.Aliases},
		{Field: "Sex", Mine: mine.Sex, Theirs: theirs.Sex},
		{Field: "Born", Mine: mine.Born, Theirs: theirs.Born},
		{Field: "Licence", Mine: mine.Licence, Theirs: theirs.Licence},
		{Field: "Public", Mine: chosenLabel(mine.Visibility), Theirs: chosenLabel(theirs.Visibility)},
	})
}

func yesNo(is bool) string { return map[bool]string{true: "yes", false: "no"}[is] }

// differing are the fields with two values.
func differing(fields []components.Change) []components.Change {
	return slices.DeleteFunc(fields, func(f components.Change) bool { return f.Mine == f.Theirs })
}
