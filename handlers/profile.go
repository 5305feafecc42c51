package handlers

import (
	"errors"
	"time"

	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

// moment words a time as people of the club say it.
func moment(t time.Time) string {
	if t.IsZero() {
		return "never"
	}
	return t.In(club.CapeTown).Format("2 Jan 2006, 15:04")
}

// profileNotices say what was done before the profile is shown again.
var profileNotices = map[string]string{
	"password": "Your password is changed. Everywhere else you are signed out.",
	"session":  "That session has ended.",
	"sessions": "All other sessions have ended.",
	"welcome":  "Your password is set, and you are signed in.",

	"factor-off": "From now on your password is enough when you sign in. Everywhere else you are signed out.",
}

// factorWords say how a user's second factor stands.
var factorWords = map[bool]string{
	true:  "On: whoever signs in as you needs a code from your authenticator app, too.",
	false: "Off: the password is enough.",
}

// showProfile welcomes the user.
func (s *Server) showProfile(c *fiber.Ctx) error {
	return s.renderProfile(c, fiber.StatusOK, components.PasswordProblems{})
}

func (s *Server) renderProfile(c *fiber.Ctx, status int, problems components.PasswordProblems) error {
	v := visitorOf(c)
	user := v.account.User
	sessions, err := s.DB.Sessions(c.UserContext(), user.ID)
	if err != nil {
		return err
	}
	return s.render(c, status, page{
		title: "Profile",
		nav:   components.NavSignIn,
		body: components.ProfilePage(components.ProfileProps{
			FormToken: accounts.FormToken(v.token),
			Name:      user.Name,
			Email:     user.Email,
			Role:      string(user.Role),
			Owner:     user.Role.May(accounts.Owner),
			Editor:    user.Role.May(accounts.Editor),
			Notice:    profileNotices[c.Query("done")],
			Password:  problems,

			SecondFactor: factorWords[user.SecondFactor],

			Sessions: s.sessionRows(sessions, v.account.TokenHash),
		}),
	})
}

// sessionRows are the sessions that still hold.
func (s *Server) sessionRows(sessions []accounts.Session, current string) []components.SessionRow {
	var rows []components.SessionRow
	for _, session := range sessions {
		if !session.Alive(s.Now(), s.Lifetimes) {
			continue
		}
		rows = append(rows, components.SessionRow{
			Key:     session.TokenHash,
			Browser: accounts.Browser(session.UserAgent),
			Began:   moment(session.CreatedAt),
			Seen:    moment(session.SeenAt),
			Current: session.TokenHash == current,
		})
	}
	return rows
}

// changePassword takes a new password from who knows the current one, and
// ends all the user's sessions but this, which gets a new token.
func (s *Server) changePassword(c *fiber.Ctx) error {
	values, v := formOf(c), visitorOf(c)
	current, user := values.Get("current"), v.account.User
	if len(current) > accounts.MaxPasswordBytes {
		return fiber.ErrBadRequest
	}
	problems := newPasswordProblems(values.Get("new"), values.Get("again"), user)
	if problems.New == "" && values.Get("new") == current {
		problems.New = "This is the password that you have."
	}
	if problems != (components.PasswordProblems{}) {
		return s.renderProfile(c, fiber.StatusUnprocessableEntity, problems)
	}
	problem, status, err := s.passwordProblem(c, current)
	if err != nil {
		return err
	}
	if problem != "" {
		return s.renderProfile(c, status, components.PasswordProblems{Current: problem})
	}
	hash, err := accounts.HashPassword(c.UserContext(), values.Get("new"))
	if err != nil {
		return err
	}
	if user, err = s.DB.SetPassword(c.UserContext(), user, hash, s.actor(c)); err != nil {
		return err
	}
	if err := s.beginSession(c, user, v.account.Remembered); err != nil {
		return err
	}
	return redirect(c, "/profile?done=password")
}

// newPasswordProblems say why a new password, typed twice, is not taken.
func newPasswordProblems(password, again string, user accounts.User) components.PasswordProblems {
	var problems components.PasswordProblems
	if err := accounts.CheckNewPassword(password, user); err != nil {
		problems.New = sentence(err.Error())
	} else if password != again {
		problems.Again = "The two new passwords differ. Type the same twice."
	}
	return problems
}

// endSession ends one of the user's own sessions.
func (s *Server) endSession(c *fiber.Ctx) error {
	err := s.DB.EndSession(c.UserContext(), visitorOf(c).account.User.ID, formOf(c).Get("session"), s.actor(c))
	// One that has ended meanwhile is no less ended.
	if err != nil && !errors.Is(err, queries.ErrNotFound) {
		return err
	}
	return redirect(c, "/profile?done=session")
}

// endOtherSessions ends all the user's sessions but this.
func (s *Server) endOtherSessions(c *fiber.Ctx) error {
	account := visitorOf(c).account
	if err := s.DB.EndOtherSessions(c.UserContext(), account.User.ID, account.TokenHash, s.actor(c)); err != nil {
		return err
	}
	return redirect(c, "/profile?done=sessions")
}
