package handlers

import (
	"context"
	"errors"
	"maps"
	"net/url"
	"slices"

	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/components"
	"runnerdb/queries"
)

// confirmField is the password in a form that asks for it again.
const confirmField = "confirm_password"

// confirmed lets pass who gave the password a short while ago, if this session
// is one that the device remembers. Others are asked for it: before a page they
// come back to it; a form comes again with all its fields and the password, and
// passes.
func (s *Server) confirmed(c *fiber.Ctx) error {
	account := visitorOf(c).account
	if account.Confirmed(s.Now(), s.Lifetimes) {
		return c.Next()
	}
	if c.Method() != fiber.MethodPost {
		return redirect(c, "/profile/confirm?"+url.Values{"next": {asked(c)}}.Encode())
	}
	form := formOf(c)
	if !form.Has(confirmField) {
		return s.renderConfirm(c, fiber.StatusUnprocessableEntity, c.Path(), form, "")
	}
	problem, status, err := s.passwordProblem(c, form.Get(confirmField))
	if err != nil {
		return err
	}
	if problem != "" {
		return s.renderConfirm(c, status, c.Path(), form, problem)
	}
	err = s.DB.ConfirmSession(c.UserContext(), account.TokenHash, s.Now())
	if errors.Is(err, queries.ErrNotFound) {
		c.Locals(visitorKey, visitor{token: visitorOf(c).token})
		return s.signedIn(c)
	}
	if err != nil {
		return err
	}
	return c.Next()
}

// showConfirm asks for the password before a page.
func (s *Server) showConfirm(c *fiber.Ctx) error {
	next := localPath(c.Query("next"), afterSignIn)
	return s.renderConfirm(c, fiber.StatusOK, "/profile/confirm", url.Values{"next": {next}}, "")
}

// goOn leads to the page that asked for the password.
func (s *Server) goOn(c *fiber.Ctx) error {
	return redirect(c, localPath(formOf(c).Get("next"), afterSignIn))
}

// renderConfirm asks for the password and keeps the form that it is for.
func (s *Server) renderConfirm(c *fiber.Ctx, status int, action string, form url.Values, problem string) error {
	props := components.ConfirmProps{
		FormToken: formTokenOf(c), Action: action, Email: visitorOf(c).account.User.Email, Problem: problem,
	}
	for _, name := range slices.Sorted(maps.Keys(form)) {
		if name == formTokenField || name == confirmField {
			continue
		}
		for _, value := range form[name] {
			props.Fields = append(props.Fields, components.Field{Name: name, Value: value})
		}
	}
	return s.render(c, status, page{title: "Your password, please", nav: components.NavSignIn, body: components.ConfirmPage(props)})
}

// passwordProblem says why a password is not that of who is signed in, and with
// which status; nothing where it is.
func (s *Server) passwordProblem(c *fiber.Ctx, password string) (problem string, status int, err error) {
	if len(password) > accounts.MaxPasswordBytes {
		return "", 0, fiber.ErrBadRequest
	}
	err = s.confirm(c, password)
	var tooMany throttledError
	switch {
	case errors.As(err, &tooMany):
		c.Set(fiber.HeaderRetryAfter, tooMany.seconds())
		return tooMany.words(), fiber.StatusTooManyRequests, nil
	case errors.Is(err, errWrongLogin):
		return "This is not your current password.", fiber.StatusUnprocessableEntity, nil
	}
	return "", 0, err
}

// confirm checks that a password is that of who is signed in: errWrongLogin.
func (s *Server) confirm(c *fiber.Ctx, password string) error {
	user := visitorOf(c).account.User
	_, err := s.guess(c, queries.Guess{Account: user.Email, Action: "confirm password"}, func(ctx context.Context) (accounts.User, error) {
		known, err := accounts.VerifyPassword(ctx, user.PasswordHash, password)
		if err == nil && !known {
			err = errWrongLogin
		}
		return user, err
	})
	return err
}
