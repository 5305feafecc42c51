package handlers

import (
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/jobs"
	"runnerdb/queries"
)

// doubtErased asks about a new runner who may have been erased; nothing where
// that can't be, or has been answered.
func (s *Server) doubtErased(c *fiber.Ctx, runner club.Runner) (string, error) {
	suppressed, err := s.DB.Suppressed(c.UserContext(), s.suppression, runner)
	if err != nil || !suppressed || formOf(c).Get("sure") != "" {
		return "", err
	}
	return "Somebody of this name, or with this licence, asked to be erased from the records. " +
		"Is this somebody else, or do they want to be in them again?", nil
}

// showPrivacy tells members what is stored of them.
func (s *Server) showPrivacy(c *fiber.Ctx) error {
	return s.render(c, fiber.StatusOK, page{title: "Privacy", body: components.PrivacyPage(s.settingsOrLast(c.UserContext()).ClubName())})
}

// contactRows are what is known of how to reach a runner.
func (s *Server) contactRows(c *fiber.Ctx, id int64) ([]components.MergeRow, error) {
	contact, err := s.DB.Contact(c.UserContext(), id)
	if err != nil {
		return nil, err
	}
	var rows []components.MergeRow
	emergency := strings.TrimSpace(contact.EmergencyName + " " + contact.EmergencyPhone)
	for _, row := range []components.MergeRow{
		{Field: "E-mail", A: contact.Email}, {Field: "Phone", A: contact.Phone}, {Field: "In an emergency", A: emergency},
	} {
		if row.A != "" {
			rows = append(rows, row)
		}
	}
	return rows, nil
}

func contactForm(c *fiber.Ctx, runner queries.KeptRunner, contact club.Contact) components.ContactProps {
	return components.ContactProps{
		Form: components.Form{Token: formTokenOf(c)}, ID: strconv.FormatInt(runner.ID, 10), Name: runner.Name,
		Version: strconv.FormatInt(contact.Version, 10), Email: contact.Email, Phone: contact.Phone,
		EmergencyName: contact.EmergencyName, EmergencyPhone: contact.EmergencyPhone,
	}
}

func (s *Server) renderContact(c *fiber.Ctx, status int, props components.ContactProps) error {
	return s.render(c, status, page{title: "How to reach " + props.Name, body: components.ContactPage(props)})
}

// editContact is the form of how to reach a runner.
func (s *Server) editContact(c *fiber.Ctx) error {
	runner, err := s.keptRunner(c)
	if err != nil {
		return err
	}
	contact, err := s.DB.Contact(c.UserContext(), runner.ID)
	if err != nil {
		return err
	}
	return s.renderContact(c, fiber.StatusOK, contactForm(c, runner, contact))
}

// updateContact stores how to reach a runner, unless somebody changed it since
// the form was opened.
func (s *Server) updateContact(c *fiber.Ctx) error {
	runner, err := s.keptRunner(c)
	if err != nil {
		return err
	}
	contact, problems, err := readContact(c)
	if err != nil {
		return err
	}
	contact.RunnerID = runner.ID
	form := contactForm(c, runner, contact)
	if len(problems) > 0 {
		form.Problems = problems
		return s.renderContact(c, fiber.StatusUnprocessableEntity, form)
	}
	err = s.DB.SetContact(c.UserContext(), contact, s.actor(c))
	if errors.Is(err, queries.ErrStale) {
		stored, err := s.DB.Contact(c.UserContext(), runner.ID)
		if err != nil {
			return err
		}
		form.Version = strconv.FormatInt(stored.Version, 10)
		form.Theirs = differing([]components.Change{
			{Field: "E-mail", Mine: contact.Email, Theirs: stored.Email},
			{Field: "Phone", Mine: contact.Phone, Theirs: stored.Phone},
			{Field: "In an emergency", Mine: contact.EmergencyName, Theirs: stored.EmergencyName},
			{Field: "Their number", Mine: contact.EmergencyPhone, Theirs: stored.EmergencyPhone},
		})
		return s.renderContact(c, fiber.StatusConflict, form)
	}
	if err != nil {
		return err
	}
	return redirect(c, keptRunnerURL(runner.ID))
}

func keptRunnerURL(id int64) string { return fmt.Sprintf("/admin/runners/%d", id) }

// readContact reads the form, and says at each field what is wrong with it.
func readContact(c *fiber.Ctx) (contact club.Contact, problems map[string]string, err error) {
	form, problems := formOf(c), map[string]string{}
	text := func(name string, most int) string {
		value := strings.Join(strings.Fields(form.Get(name)), " ")
		if utf8.RuneCountInString(value) > most {
			problems[name] = fmt.Sprintf("That is longer than %d letters.", most)
		}
		return value
	}
	contact = club.Contact{
		Email: text("email", club.MaxEmailRunes), Phone: text("phone", club.MaxContactRunes),
		EmergencyName: text("emergency-name", club.MaxContactRunes), EmergencyPhone: text("emergency-phone", club.MaxContactRunes),
	}
	if contact.Email != "" && !club.IsEmail(contact.Email) {
		problems["email"] = "Write the address as name@example.org."
	}
	for name, number := range map[string]string{"phone": contact.Phone, "emergency-phone": contact.EmergencyPhone} {
		if number != "" && !club.IsPhone(number) {
			problems[name] = "Write the number with its digits, such as 082 123 4567."
		}
	}
	if contact.Version, err = strconv.ParseInt(form.Get("version"), 10, 64); err != nil {
		return contact, problems, fiber.ErrBadRequest
	}
	return contact, problems, nil
}

// exportPerson gives out all that is stored of a runner. It is noted, so it is
// no GET.
func (s *Server) exportPerson(c *fiber.Ctx) error {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return err
	}
	person, err := s.DB.ExportPerson(c.UserContext(), id, s.actor(c))
	if err != nil {
		return err
	}
	text, err := json.MarshalIndent(person, "", "  ")
	if err != nil {
		return err
	}
	c.Set(fiber.HeaderCacheControl, "no-store")
	c.Set(fiber.HeaderContentType, fiber.MIMEApplicationJSONCharsetUTF8)
	c.Set(fiber.HeaderContentDisposition, fmt.Sprintf(`attachment; filename="runner-%d.json"`, id))
	return c.Send(append(text, '\n'))
}

// maxNamesakes bounds the other records that are named before an erasure.
const maxNamesakes = 10

// askErase says what erasing somebody does.
func (s *Server) askErase(c *fiber.Ctx) error {
	runner, err := s.keptRunner(c)
	if err != nil {
		return err
	}
	return s.renderErase(c, fiber.StatusOK, runner, "")
}

func (s *Server) renderErase(c *fiber.Ctx, status int, runner queries.KeptRunner, problem string) error {
	if runner.Visibility == club.Erased {
		return redirect(c, keptRunnerURL(runner.ID))
	}
	count, err := s.DB.CountResults(c.UserContext(), runner.ID)
	if err != nil {
		return err
	}
	props := components.EraseProps{
		Form: components.Form{Token: formTokenOf(c)}, ID: strconv.FormatInt(runner.ID, 10), Name: runner.Name,
		Version: strconv.FormatInt(runner.Version, 10), Results: remaining(count), Forgotten: s.suppression == nil,
	}
	if problem != "" {
		props.Problems = map[string]string{"name": problem}
	}
	named, _, err := s.DB.KeptRunners(c.UserContext(), queries.RunnerFilter{Query: runner.Name, Limit: maxNamesakes})
	if err != nil {
		return err
	}
	for _, other := range named {
		if other.ID != runner.ID {
			props.Namesakes = append(props.Namesakes, components.Link{
				Label: strings.Join(append([]string{other.Name}, allDetails(other)...), ", "), URL: keptRunnerURL(other.ID),
			})
		}
	}
	return s.render(c, status, page{title: "Erase " + runner.Name, body: components.ErasePage(props)})
}

func remaining(results int) string {
	switch results {
	case 0:
		return "No result stays"
	case 1:
		return "1 result stays"
	default:
		return fmt.Sprintf("%d results stay", results)
	}
}

// erase forgets somebody for good.
func (s *Server) erase(c *fiber.Ctx) error {
	runner, err := s.keptRunner(c)
	if err != nil {
		return err
	}
	version, err := strconv.ParseInt(formOf(c).Get("version"), 10, 64)
	if err != nil {
		return fiber.ErrBadRequest
	}
	again := runner.Visibility == club.Erased
	if !again && club.Fold(formOf(c).Get("name")) != club.Fold(runner.Name) {
		return s.renderErase(c, fiber.StatusUnprocessableEntity, runner, "This is not the name. Nobody was erased.")
	}
	if err := s.DB.EraseRunner(c.UserContext(), runner.ID, version, s.suppression, s.actor(c)); err != nil {
		return err
	}
	if _, err := s.DB.Enqueue(c.UserContext(), jobs.Traces, queries.Actor{}); err != nil && !errors.Is(err, queries.ErrExists) {
		return err
	}
	if again {
		return redirect(c, deed{done: "again"}.at(keptRunnerURL(runner.ID)))
	}
	return redirect(c, "/admin/runners?"+deed{done: "erased"}.query().Encode())
}
