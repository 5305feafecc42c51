package handlers

import (
	"cmp"
	"context"
	"errors"
	"log/slog"
	"net/url"

	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/components"
	"runnerdb/queries"
)

// What is said of a code that is not taken.
const (
	wrongCode      = "This code does not fit, or was used before. Type the newest that the app shows."
	codeTooLate    = "Please sign in again: the code has to follow the password within 5 minutes."
	unreadableCode = "Codes from the app can't be checked just now. Use a recovery code, or ask an owner to take the code away."
)

// errUnreadable says that the site's keys open no secret to check a code with.
var errUnreadable = errors.New("the second factor can't be opened")

// afterPassword goes on with a user who has given the right password: into a
// session, or first to the second step.
func (s *Server) afterPassword(c *fiber.Ctx, user accounts.User, remember bool, next string) error {
	if !user.SecondFactor {
		return s.finishSignIn(c, user, signInForm{remember: remember, next: next})
	}
	if err := s.beginSecondStep(c, user, remember); err != nil {
		return err
	}
	return redirect(c, "/login/code?"+url.Values{"next": {next}}.Encode())
}

// finishSignIn begins the session and leads to the next page.
func (s *Server) finishSignIn(c *fiber.Ctx, user accounts.User, form signInForm) error {
	err := s.beginSession(c, user, form.remember)
	if errors.Is(err, queries.ErrStale) {
		return s.refuseSignIn(c, user, form)
	}
	if err != nil {
		return err
	}
	return redirect(c, cmp.Or(form.next, afterSignIn))
}

// beginSecondStep gives the visitor a new token, which is good for nothing but
// to send a code.
func (s *Server) beginSecondStep(c *fiber.Ctx, user accounts.User, remember bool) error {
	session, r, err := s.session(c)
	if err != nil {
		return err
	}
	if err := s.endOldSession(c); err != nil {
		return err
	}
	token := accounts.NewToken()
	step := accounts.SecondStep{TokenHash: accounts.HashToken(token), User: user, Remembered: remember}
	if err := s.DB.CreateSecondStep(c.UserContext(), step, s.Now()); err != nil {
		return err
	}
	delete(session.Values, accountKey)
	session.Values[tokenKey] = token
	return s.save(c, r, session)
}

// secondStep is who owes a code in this browser, or queries.ErrNotFound.
func (s *Server) secondStep(c *fiber.Ctx) (accounts.SecondStep, error) {
	token := visitorOf(c).token
	if token == "" {
		return accounts.SecondStep{}, queries.ErrNotFound
	}
	return s.DB.SecondStep(c.UserContext(), accounts.HashToken(token), s.Now())
}

// showSecondStep asks for the code.
func (s *Server) showSecondStep(c *fiber.Ctx) error {
	next := localPath(c.Query("next"), "")
	_, err := s.secondStep(c)
	if errors.Is(err, queries.ErrNotFound) {
		return signInAnew(c, next)
	}
	if err != nil {
		return err
	}
	return s.renderSecondStep(c, fiber.StatusOK, next, "")
}

// takeSecondStep looks at the code and begins the session.
func (s *Server) takeSecondStep(c *fiber.Ctx) error {
	ctx, values := c.UserContext(), formOf(c)
	next := localPath(values.Get("next"), "")
	step, err := s.secondStep(c)
	if errors.Is(err, queries.ErrNotFound) {
		return s.refuseSecondStep(c, next)
	}
	if err != nil {
		return err
	}
	guess := queries.Guess{Account: step.User.Email, Factor: "second step", Action: "second step"}
	_, err = s.guess(c, guess, func(ctx context.Context) (accounts.User, error) {
		return step.User, s.useCode(ctx, step.User, values.Get("code"))
	})
	var tooMany throttledError
	switch {
	case errors.As(err, &tooMany):
		c.Set(fiber.HeaderRetryAfter, tooMany.seconds())
		return s.renderSecondStep(c, fiber.StatusTooManyRequests, next, tooMany.words())
	case errors.Is(err, errWrongLogin):
		return s.renderSecondStep(c, fiber.StatusUnprocessableEntity, next, wrongCode)
	case errors.Is(err, errUnreadable):
		return s.renderSecondStep(c, fiber.StatusUnprocessableEntity, next, unreadableCode)
	case err != nil:
		return err
	}
	if err := s.DB.EndSecondStep(ctx, step.TokenHash); errors.Is(err, queries.ErrNotFound) {
		return s.refuseSecondStep(c, next)
	} else if err != nil {
		return err
	}
	return s.finishSignIn(c, step.User, signInForm{remember: step.Remembered, next: next})
}

// useCode takes a code of the app, or a recovery code, that was not used
// before; any other is errWrongLogin.
func (s *Server) useCode(ctx context.Context, user accounts.User, typed string) error {
	var err error
	if code, ok := accounts.ReadTOTPCode(typed); ok {
		err = s.useTOTP(ctx, user, code)
	} else if hash, ok := accounts.RecoveryHash(user.ID, typed); ok {
		err = s.DB.UseRecoveryCode(ctx, user.ID, hash)
	} else {
		err = errWrongLogin
	}
	if errors.Is(err, queries.ErrNotFound) {
		return errWrongLogin
	}
	return err
}

func (s *Server) useTOTP(ctx context.Context, user accounts.User, code string) error {
	factor, err := s.DB.SecondFactor(ctx, user.ID)
	if err != nil {
		return err
	}
	owner := accounts.TOTPOwner(user.ID)
	secret, stale, err := s.totp.Open(factor.Sealed, owner)
	if err != nil {
		s.Log.ErrorContext(ctx, "second factor not opened: was a session key dropped too early?", slog.Int64("user", user.ID), slog.Any("error", err))
		return errUnreadable
	}
	step, ok := accounts.TOTPSecret(secret).Step(code, s.Now(), factor.Step)
	if !ok {
		return errWrongLogin
	}
	if err := s.DB.UseStep(ctx, user.ID, step); err != nil {
		return err
	}
	if stale {
		if err := s.DB.Reseal(ctx, factor, s.totp.Seal(secret, owner)); err != nil {
			s.Log.WarnContext(ctx, "second factor not resealed", slog.Any("error", err))
		}
	}
	return nil
}

// signInAnew leads back to the password when the second step can't be taken.
func signInAnew(c *fiber.Ctx, next string) error {
	return redirect(c, listAddress("/login", "next", next, "ended", "yes").page(1))
}

// refuseSecondStep shows the sign-in form to somebody whose code came too late.
func (s *Server) refuseSecondStep(c *fiber.Ctx, next string) error {
	return s.renderLogin(c, fiber.StatusUnprocessableEntity, signInForm{next: next}, codeTooLate)
}

func (s *Server) renderSecondStep(c *fiber.Ctx, status int, next, problem string) error {
	return s.render(c, status, page{
		title: "Login",
		nav:   components.NavSignIn,
		body:  components.SecondStepPage(components.SecondStepProps{FormToken: formTokenOf(c), Next: next, Problem: problem}),
	})
}
