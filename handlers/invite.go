package handlers

import (
	"context"
	"errors"

	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/components"
	"runnerdb/queries"
)

// showInvitation shows the form by which somebody who was invited sets a
// password, and the cookie that its token belongs to.
func (s *Server) showInvitation(c *fiber.Ctx) error {
	user, err := s.invited(c.UserContext(), c)
	if err != nil {
		return err
	}
	if err := s.ensureToken(c); err != nil {
		return err
	}
	return s.renderInvitation(c, fiber.StatusOK, user, components.PasswordProblems{})
}

// invited is the user whom the link in the address is for.
func (s *Server) invited(ctx context.Context, c *fiber.Ctx) (accounts.User, error) {
	token := c.Params("token")
	if !accounts.IsToken(token) {
		return accounts.User{}, errInvitation
	}
	user, err := s.DB.Invited(ctx, accounts.HashToken(token), s.Now())
	if errors.Is(err, queries.ErrNotFound) {
		err = errInvitation
	}
	return user, err
}

func (s *Server) renderInvitation(c *fiber.Ctx, status int, user accounts.User, problems components.PasswordProblems) error {
	return s.render(c, status, page{title: "Welcome", body: components.AcceptPage(components.AcceptProps{
		FormToken: formTokenOf(c),
		Action:    accounts.InvitationPath + c.Params("token"),
		Name:      user.Name,
		Email:     user.Email,
		Problems:  problems,
	})})
}

// acceptInvitation sets the password of somebody who was invited, and signs
// them in, or asks for their code first. The link works once.
func (s *Server) acceptInvitation(c *fiber.Ctx) error {
	ctx, values := c.UserContext(), formOf(c)
	user, err := s.guess(c, queries.Guess{Account: "invitation", Action: "open invitation"}, func(ctx context.Context) (accounts.User, error) {
		user, err := s.invited(ctx, c)
		if errors.Is(err, errInvitation) {
			err = errors.Join(err, errWrongLogin)
		}
		return user, err
	})
	if err != nil {
		return err
	}
	if problems := newPasswordProblems(values.Get("new"), values.Get("again"), user); problems != (components.PasswordProblems{}) {
		return s.renderInvitation(c, fiber.StatusUnprocessableEntity, user, problems)
	}
	hash, err := accounts.HashPassword(ctx, values.Get("new"))
	if err != nil {
		return err
	}
	user, err = s.DB.AcceptInvitation(ctx, user, accounts.HashToken(c.Params("token")), hash, s.actor(c))
	if errors.Is(err, queries.ErrStale) || errors.Is(err, queries.ErrNotFound) {
		return errInvitation
	}
	if err != nil {
		return err
	}
	return s.afterPassword(c, user, false, "/profile?done=welcome")
}
