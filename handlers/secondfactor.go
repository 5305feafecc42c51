package handlers

import (
	"errors"
	"fmt"

	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/components"
	"runnerdb/queries"
)

// showSecondFactor shows how the user's second factor stands, and a new secret
// to set one up with.
func (s *Server) showSecondFactor(c *fiber.Ctx) error {
	return s.renderSecondFactor(c, fiber.StatusOK, nil, components.SecondFactorProps{})
}

// renderSecondFactor shows a secret that was shown before again, or a new one.
func (s *Server) renderSecondFactor(c *fiber.Ctx, status int, secret accounts.TOTPSecret, props components.SecondFactorProps) error {
	user := visitorOf(c).account.User
	props.FormToken, props.On, props.Impossible = formTokenOf(c), user.SecondFactor, s.PassingKeys
	switch {
	case user.SecondFactor:
		factor, err := s.DB.SecondFactor(c.UserContext(), user.ID)
		if err != nil {
			return err
		}
		props.CodesLeft = codesLeft(factor.Codes)
	case !s.PassingKeys:
		if secret == nil {
			secret = accounts.NewTOTPSecret()
		}
		if err := s.fillSetUp(c, &props.SetUp, secret); err != nil {
			return err
		}
	}
	return s.render(c, status, page{title: "Code at sign-in", nav: components.NavSignIn, body: components.SecondFactorPage(props)})
}

func codesLeft(n int) string {
	switch n {
	case 0:
		return "None is left: make new ones."
	case 1:
		return "One is left."
	default:
		return fmt.Sprintf("%d are left.", n)
	}
}

func (s *Server) fillSetUp(c *fiber.Ctx, props *components.SetUpProps, secret accounts.TOTPSecret) error {
	link, err := secret.URL(s.settingsOrLast(c.UserContext()).ClubName(), visitorOf(c).account.User.Email)
	if err != nil {
		return err
	}
	if props.Picture, err = components.NewQR(link); err != nil {
		return err
	}
	props.Link, props.Secret, props.Sealed = link, secret.Words(), s.totp.Seal(secret, settingUp(c))
	return nil
}

// settingUp is whose a secret is that nobody has confirmed yet: this session's
// alone.
func settingUp(c *fiber.Ctx) string {
	account := visitorOf(c).account
	return accounts.TOTPOwner(account.User.ID) + " setting up in " + account.TokenHash
}

// setSecondFactor switches the second factor on, once a code shows that the app
// knows the secret, and shows the recovery codes.
func (s *Server) setSecondFactor(c *fiber.Ctx) error {
	user := visitorOf(c).account.User
	secret, _, err := s.totp.Open(formOf(c).Get("sealed"), settingUp(c))
	if err != nil || s.PassingKeys {
		return fiber.ErrBadRequest
	}
	code, _ := accounts.ReadTOTPCode(formOf(c).Get("code"))
	step, ok := accounts.TOTPSecret(secret).Step(code, s.Now(), 0)
	if !ok {
		problem := "This code does not fit. Type the one that the app shows now; the clock of the telephone must be right, too."
		return s.renderSecondFactor(c, fiber.StatusUnprocessableEntity, secret, components.SecondFactorProps{SetUp: components.SetUpProps{Problem: problem}})
	}
	codes, hashes := newRecoveryCodes(user.ID)
	factor := queries.SecondFactor{Sealed: s.totp.Seal(secret, accounts.TOTPOwner(user.ID)), Step: step}
	if user, err = s.DB.SetSecondFactor(c.UserContext(), user, factor, hashes, s.actor(c)); err != nil {
		return err
	}
	if err := s.beginSession(c, user, visitorOf(c).account.Remembered); err != nil {
		return err
	}
	return s.renderRecoveryCodes(c, "From now on you need a code when you sign in. Everywhere else you are signed out.", codes)
}

func newRecoveryCodes(userID int64) (codes, hashes []string) {
	codes = accounts.NewRecoveryCodes()
	for _, code := range codes {
		hash, _ := accounts.RecoveryHash(userID, code)
		hashes = append(hashes, hash)
	}
	return codes, hashes
}

func (s *Server) renderRecoveryCodes(c *fiber.Ctx, notice string, codes []string) error {
	return s.render(c, fiber.StatusOK, page{
		title: "Recovery codes", nav: components.NavSignIn, body: components.RecoveryCodesPage(notice, codes),
	})
}

// renewRecoveryCodes makes new recovery codes in the place of those before.
func (s *Server) renewRecoveryCodes(c *fiber.Ctx) error {
	user := visitorOf(c).account.User
	codes, hashes := newRecoveryCodes(user.ID)
	err := s.DB.SetRecoveryCodes(c.UserContext(), user, hashes, s.actor(c))
	if errors.Is(err, queries.ErrNotFound) {
		return s.renderSecondFactor(c, fiber.StatusUnprocessableEntity, nil, components.SecondFactorProps{})
	}
	if err != nil {
		return err
	}
	return s.renderRecoveryCodes(c, "Your recovery codes of before have ended.", codes)
}

// dropSecondFactor switches the second factor off, for who knows the password.
func (s *Server) dropSecondFactor(c *fiber.Ctx) error {
	account := visitorOf(c).account
	if !account.User.SecondFactor {
		return s.renderSecondFactor(c, fiber.StatusUnprocessableEntity, nil, components.SecondFactorProps{})
	}
	problem, status, err := s.passwordProblem(c, formOf(c).Get("current"))
	if err != nil {
		return err
	}
	if problem != "" {
		return s.renderSecondFactor(c, status, nil, components.SecondFactorProps{Problem: problem})
	}
	user, err := s.DB.DropSecondFactor(c.UserContext(), "switch off second step", account.User.ID, account.User.Version, s.actor(c))
	if err != nil {
		return err
	}
	if err := s.beginSession(c, user, account.Remembered); err != nil {
		return err
	}
	return redirect(c, "/profile?done=factor-off")
}
