package handlers

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"strings"

	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/components"
	"runnerdb/queries"
)

const afterSignIn = "/profile"

// wrongLogin is the one answer to every login that fails.
const wrongLogin = "This e-mail address and password don't belong together."

// changedSignIn is said where the user changed while signing in.
const changedSignIn = "Your account changed while you were signing in. Please sign in again."

// maxTyped bounds what is kept of the e-mail address that somebody typed.
const maxTyped = 254

type signInForm struct {
	email, password, next, notice string
	remember                      bool
}

// showLogin shows the form to sign in with. It sets the cookie that the
// form's token belongs to.
func (s *Server) showLogin(c *fiber.Ctx) error {
	next := localPath(c.Query("next"), "")
	if visitorOf(c).signedIn() {
		return redirect(c, cmp.Or(next, afterSignIn))
	}
	if err := s.ensureToken(c); err != nil {
		return err
	}
	form := signInForm{next: next}
	if c.Query("ended") != "" {
		form.notice = codeTooLate
	}
	return s.renderLogin(c, fiber.StatusOK, form, "")
}

// signIn checks the password and begins a new session.
func (s *Server) signIn(c *fiber.Ctx) error {
	values := formOf(c)
	form := signInForm{
		email:    values.Get("email"),
		password: values.Get("password"),
		next:     localPath(values.Get("next"), ""),
		remember: values.Get("remember") != "",
	}
	if len(form.password) > accounts.MaxPasswordBytes {
		return fiber.ErrBadRequest
	}
	guess := queries.Guess{Account: clip(strings.TrimSpace(form.email), maxTyped), Action: "sign in"}
	user, err := s.guess(c, guess,
		func(context.Context) (accounts.User, error) { return s.authenticate(c, form) })
	var tooMany throttledError
	switch {
	case errors.As(err, &tooMany):
		c.Set(fiber.HeaderRetryAfter, tooMany.seconds())
		return s.renderLogin(c, fiber.StatusTooManyRequests, form, tooMany.words())
	case errors.Is(err, errWrongLogin):
		return s.renderLogin(c, fiber.StatusUnprocessableEntity, form, wrongLogin)
	case err != nil:
		return err
	}
	return s.afterPassword(c, user, form.remember, cmp.Or(form.next, afterSignIn))
}

var errWrongLogin = errors.New("wrong e-mail address or password")

// authenticate finds the user that e-mail and password belong to. It takes
// the same time whichever of them is wrong.
func (s *Server) authenticate(c *fiber.Ctx, form signInForm) (accounts.User, error) {
	ctx := c.UserContext()
	user, err := s.DB.UserByEmail(ctx, form.email)
	if err != nil && !errors.Is(err, queries.ErrNotFound) {
		return accounts.User{}, err
	}
	known, err := accounts.VerifyPassword(ctx, user.PasswordHash, form.password)
	if err != nil {
		return accounts.User{}, err
	}
	if !known || user.Disabled {
		return accounts.User{}, errWrongLogin
	}
	if accounts.NeedsRehash(user.PasswordHash) {
		s.upgradeHash(c, user, form.password)
	}
	return user, nil
}

// upgradeHash derives the hash anew with today's parameters; the user may
// sign in even when that fails.
func (s *Server) upgradeHash(c *fiber.Ctx, user accounts.User, password string) {
	ctx := c.UserContext()
	hash, err := accounts.HashPassword(ctx, password)
	if err == nil {
		err = s.DB.UpgradePasswordHash(ctx, user, hash)
	}
	if err != nil {
		s.Log.WarnContext(ctx, "password hash not upgraded", slog.String("id", requestID(c)), slog.Any("error", err))
	}
}

// beginSession gives the user a new session with a new token, and ends the
// visitor's old one. It returns queries.ErrStale if the user has changed since it
// was read.
func (s *Server) beginSession(c *fiber.Ctx, user accounts.User, remember bool) error {
	session, r, err := s.session(c)
	if err != nil {
		return err
	}
	token, now := accounts.NewToken(), s.Now()
	session.IsNew = true
	session.Values[tokenKey] = token
	account := accounts.Session{
		TokenHash: accounts.HashToken(token), User: user, Remembered: remember, CreatedAt: now, SeenAt: now, ConfirmedAt: now,
	}
	session.Values[accountKey] = account
	if remember {
		session.Options.MaxAge = int(s.Lifetimes.Remembered.Absolute.Seconds())
	}
	if err := s.save(c, r, session); err != nil {
		return err
	}
	if err := s.endOldSession(c); err != nil {
		return err
	}
	// Forms in this very answer belong to the new session.
	c.Locals(visitorKey, visitor{token, account})
	return nil
}

// refuseSignIn shows the sign-in form to a user who gave the right password but
// was changed by somebody else before the session was stored.
func (s *Server) refuseSignIn(c *fiber.Ctx, user accounts.User, form signInForm) error {
	deed := queries.Deed{Action: "sign in", Outcome: queries.Failed, Kind: queries.KindSignIn, ObjectID: user.ID, Object: user.Email}
	if err := s.DB.Note(c.UserContext(), s.actor(c), deed); err != nil {
		return err
	}
	form.email = user.Email
	return s.renderLogin(c, fiber.StatusUnprocessableEntity, form, changedSignIn)
}

// endOldSession ends what the visitor was signed in with before.
func (s *Server) endOldSession(c *fiber.Ctx) error {
	if old := visitorOf(c); old.signedIn() {
		return s.DB.DeleteSession(c.UserContext(), old.account.TokenHash)
	}
	return nil
}

// ensureToken gives a visitor who has none the cookie that forms are
// protected by.
func (s *Server) ensureToken(c *fiber.Ctx) error {
	if visitorOf(c).token != "" {
		return nil
	}
	session, r, err := s.session(c)
	if err != nil {
		return err
	}
	token := accounts.NewToken()
	session.Values[tokenKey] = token
	c.Locals(visitorKey, visitor{token: token})
	return s.save(c, r, session)
}

func (s *Server) renderLogin(c *fiber.Ctx, status int, form signInForm, problem string) error {
	return s.render(c, status, page{
		title: "Login",
		nav:   components.NavSignIn,
		body: components.SignInPage(components.SignInProps{
			FormToken: formTokenOf(c),
			Next:      form.next,
			Email:     strings.TrimSpace(form.email),
			Remember:  form.remember,
			Notice:    form.notice,
			Problem:   problem,
		}),
	})
}

// signOut ends the session here and in the database.
func (s *Server) signOut(c *fiber.Ctx) error {
	session, r, err := s.session(c)
	if err != nil {
		return err
	}
	session.Options.MaxAge = -1
	if err := s.save(c, r, session); err != nil {
		return err
	}
	if v := visitorOf(c); v.signedIn() {
		deed := queries.Deed{Action: "sign out", Outcome: queries.OK, Kind: queries.KindSignIn, ObjectID: v.account.User.ID, Object: v.account.User.Email}
		if err := s.DB.Note(c.UserContext(), s.actor(c), deed); err != nil {
			return err
		}
	}
	if s.encrypted(c) {
		c.Set("Clear-Site-Data", `"cache", "storage"`)
	}
	return redirect(c, "/")
}
