package handlers

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

// Bounds of what an owner may write.
const maxClubName, maxCategoryName, maxSpellings = 60, 40, 50

// showSettings shows the settings to an owner, who may change them.
func (s *Server) showSettings(c *fiber.Ctx) error {
	settings, err := s.DB.Settings(c.UserContext())
	if err != nil {
		return err
	}
	settings.Name, settings.Town = settings.ClubName(), settings.ClubTown()
	return s.renderSettings(c, fiber.StatusOK, settings, nil)
}

func (s *Server) renderSettings(c *fiber.Ctx, status int, settings queries.Settings, problems map[string]string) error {
	props := components.SettingsProps{
		Form:    components.Form{Token: formTokenOf(c), Problems: problems},
		Version: strconv.FormatInt(settings.Version, 10),
		Club:    settings.Name, Town: settings.Town,
		Spellings: strings.Join(settings.Spellings, "\n"), Saved: c.Query("done") == "saved",
	}
	for _, b := range boards {
		props.Boards = append(props.Boards, components.Option{Label: b.label, Value: string(b.board), Chosen: settings.Shows(b.board)})
	}
	for _, category := range club.Categories {
		props.Categories = append(props.Categories, components.Field{Name: category, Value: settings.Categories[category]})
	}
	return s.render(c, status, page{title: "Settings", nav: components.NavSignIn, body: components.SettingsPage(props)})
}

// changeSettings stores what an owner chose.
func (s *Server) changeSettings(c *fiber.Ctx) error {
	form := formOf(c)
	version, err := strconv.ParseInt(form.Get("version"), 10, 64)
	if err != nil {
		return fiber.ErrBadRequest
	}
	settings := queries.Settings{Version: version, Off: map[queries.Board]bool{}, Categories: map[string]string{}}
	problems := map[string]string{}
	settings.Name, settings.Town = oneLine(form.Get("club")), oneLine(form.Get("town"))
	if settings.Name == "" {
		problems["club"] = "Write what the club is called."
	}
	for field, text := range map[string]string{"club": settings.Name, "town": settings.Town} {
		if utf8.RuneCountInString(text) > maxClubName {
			problems[field] = fmt.Sprintf("Write at most %d letters.", maxClubName)
		}
	}
	for _, board := range queries.Boards {
		if !slices.Contains(form["board"], string(board)) {
			settings.Off[board] = true
		}
	}
	for _, category := range club.Categories {
		name := oneLine(form.Get("category " + category))
		if name != "" {
			settings.Categories[category] = name
		}
		if utf8.RuneCountInString(name) > maxCategoryName {
			problems["category "+category] = fmt.Sprintf("Write at most %d letters.", maxCategoryName)
		}
	}
	settings.Spellings = readSpellings(form.Get("spellings"))
	if tooLong := func(name string) bool { return utf8.RuneCountInString(name) > maxNameLength }; len(settings.Spellings) > maxSpellings ||
		slices.ContainsFunc(settings.Spellings, tooLong) {
		problems["spellings"] = fmt.Sprintf("Write at most %d spellings of at most %d letters, each on a line of its own.", maxSpellings, maxNameLength)
	}
	if len(problems) > 0 {
		return s.renderSettings(c, fiber.StatusUnprocessableEntity, settings, problems)
	}
	if err := s.DB.SetSettings(c.UserContext(), settings, s.actor(c)); err != nil {
		return err
	}
	return redirect(c, "/admin/settings?done=saved")
}

// oneLine is text without line breaks and needless spaces.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }

// readSpellings are the lines that hold something, each once.
func readSpellings(text string) []string {
	var spellings []string
	for line := range strings.Lines(text) {
		line = oneLine(line)
		if line != "" && !slices.Contains(spellings, line) {
			spellings = append(spellings, line)
		}
	}
	return spellings
}
