package handlers

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/components"
	"runnerdb/queries"
)

// maxNameLength is how many characters of a name the database takes.
const maxNameLength = 200

// userNotices say what was done before the list of users is shown again.
var userNotices = map[string]string{
	"role":    "The role is changed. Who has it signs in anew.",
	"disable": "That user is signed out and can't sign in any more.",
	"enable":  "That user may sign in again.",
	"delete":  "That user is deleted.",
	"factor":  "That user signs in with the password alone now, and can set up codes anew.",
}

// listUsers shows who may sign in, to owners.
func (s *Server) listUsers(c *fiber.Ctx) error {
	return s.renderUsers(c, fiber.StatusOK, components.InviteProps{Roles: roleChoices(accounts.Editor)})
}

// usersOnPage is how many users stand on a page of the list.
const usersOnPage = 50

func (s *Server) renderUsers(c *fiber.Ctx, status int, invite components.InviteProps) error {
	filter, err := userFilter(c)
	if err != nil {
		return err
	}
	number := pageParam(c)
	filter.Offset, filter.Limit = (number-1)*usersOnPage, usersOnPage
	users, total, err := s.DB.Users(c.UserContext(), s.Now(), filter)
	if err != nil {
		return err
	}
	at := usersAddress(filter)
	props := components.UsersProps{
		FormToken: formTokenOf(c), Notice: userNotices[c.Query("done")], Invite: invite, Files: at.keptFiles(c),
		Query: filter.Query, Roles: options(roleOptions, string(filter.Role)), States: options(stateOptions, string(filter.State)),
		Sort: filter.Sort, Columns: userColumnsOf(filter), Count: counted(total, "user"),
	}
	for _, u := range users {
		props.Users = append(props.Users, components.UserRow{
			Name: u.Name, Email: u.Email, Role: string(u.Role), State: string(u.State), Seen: moment(u.Seen()), URL: userPath(u.ID),
			SecondFactor: u.SecondFactor,
		})
	}
	props.PrevURL, props.NextURL = at.pages(number, number*usersOnPage < total)
	return s.render(c, status, page{
		title: "Users", nav: components.NavSignIn, body: components.UsersPage(props), fragment: components.UsersList(props),
	})
}

// The choices over the list of users, and its columns: key and words.
var (
	roleOptions  = [][2]string{{"", "any role"}, {"owner", "owner"}, {"editor", "editor"}, {"viewer", "viewer"}}
	stateOptions = [][2]string{
		{"", "any state"}, {"active", "active"}, {"invited", "invited"}, {"invitation ended", "invitation ended"}, {"disabled", "disabled"},
	}
	userSortColumns = [][2]string{{"name", "Name"}, {"email", "E-mail address"}, {"role", "Role"}, {"state", "State"}, {"seen", "Last seen"}}
)

// userFilter is what the address says of which users, in which order; a role,
// state or order that there is not says nothing.
func userFilter(c *fiber.Ctx) (queries.UserFilter, error) {
	query, err := textParam(c, "q")
	filter := queries.UserFilter{Query: query, Sort: "name"}
	if role, err := accounts.ParseRole(c.Query("role")); err == nil {
		filter.Role = role
	}
	switch state := queries.UserState(c.Query("state")); state {
	case queries.Active, queries.Disabled, queries.Invited, queries.InvitationEnded:
		filter.State = state
	}
	if _, known := queries.UserSorts[c.Query("sort")]; known {
		filter.Sort = c.Query("sort")
	}
	return filter, err
}

func usersAddress(f queries.UserFilter) address {
	order := f.Sort
	if order == "name" {
		order = ""
	}
	return listAddress("/admin/users", "q", f.Query, "role", string(f.Role), "state", string(f.State), "sort", order)
}

// userColumnsOf are the heads of the list, each with the list in its order.
func userColumnsOf(f queries.UserFilter) []components.Column {
	columns := make([]components.Column, len(userSortColumns))
	for i, column := range userSortColumns {
		sorted := f.Sort == column[0]
		f := f
		f.Sort = column[0]
		columns[i] = components.Column{Words: column[1], URL: usersAddress(f).page(1), Sorted: sorted, Down: column[0] == "seen"}
	}
	return columns
}

func userPath(id int64) string { return "/admin/users/" + strconv.FormatInt(id, 10) }

func roleChoices(current accounts.Role) []components.Option {
	choices := []components.Option{
		{Value: string(accounts.Viewer), Label: "viewer: changes nothing"},
		{Value: string(accounts.Editor), Label: "editor: keeps runners, races and results"},
		{Value: string(accounts.Owner), Label: "owner: keeps the users, too"},
	}
	for i := range choices {
		choices[i].Chosen = choices[i].Value == string(current)
	}
	return choices
}

// inviteUser stores a user without a password, and shows the link to set one.
func (s *Server) inviteUser(c *fiber.Ctx) error {
	values := formOf(c)
	role, roleErr := accounts.ParseRole(values.Get("role"))
	user := accounts.User{Email: strings.TrimSpace(values.Get("email")), Name: strings.TrimSpace(values.Get("name")), Role: role}
	props := components.InviteProps{Email: user.Email, Name: user.Name, Roles: roleChoices(role)}
	if err := accounts.CheckEmail(user.Email); err != nil {
		props.EmailProblem = sentence(err.Error())
	}
	if length := utf8.RuneCountInString(user.Name); length == 0 || length > maxNameLength {
		props.NameProblem = fmt.Sprintf("Write a name of at most %d letters.", maxNameLength)
	}
	if roleErr != nil {
		props.RoleProblem = "Choose one of these roles."
	}
	if props.EmailProblem+props.NameProblem+props.RoleProblem != "" {
		return s.renderUsers(c, fiber.StatusUnprocessableEntity, props)
	}
	token, ends := accounts.NewToken(), s.Now().Add(accounts.InvitationLifetime)
	_, err := s.DB.Invite(c.UserContext(), user, accounts.HashToken(token), ends, s.actor(c))
	if errors.Is(err, queries.ErrExists) {
		props.EmailProblem = "Somebody with this address is a user already."
		return s.renderUsers(c, fiber.StatusUnprocessableEntity, props)
	}
	if err != nil {
		return err
	}
	return s.renderLink(c, user, token)
}

// renderLink shows a link whose token is known now and never again.
func (s *Server) renderLink(c *fiber.Ctx, user accounts.User, token string) error {
	return s.render(c, fiber.StatusOK, page{title: "A link", nav: components.NavSignIn, body: components.LinkPage(components.LinkProps{
		Name:  user.Name,
		Email: user.Email,
		Link:  s.origin(c) + accounts.InvitationPath + token,
		Ends:  moment(s.Now().Add(accounts.InvitationLifetime)),
	})})
}

// origin is the site's own address: the configured one, or where there is
// none that which the visitor uses.
func (s *Server) origin(c *fiber.Ctx) string {
	if s.BaseURL != nil {
		return s.BaseURL.Scheme + "://" + s.BaseURL.Host
	}
	scheme := "http"
	if s.encrypted(c) {
		scheme = "https"
	}
	return scheme + "://" + string(c.Request().Host())
}

// sentence makes the words of an error a sentence.
func sentence(words string) string {
	first, size := utf8.DecodeRuneInString(words)
	return string(unicode.ToUpper(first)) + words[size:] + "."
}
