package handlers

import (
	"context"
	"errors"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/components"
	"runnerdb/queries"
)

// lastOwner is said to who would leave nobody to keep the users.
const lastOwner = "This is the only owner who can sign in. Make somebody else an owner first."

// showUser shows one user, and what an owner may do.
func (s *Server) showUser(c *fiber.Ctx) error {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return err
	}
	return s.renderUser(c, fiber.StatusOK, id, "")
}

func (s *Server) renderUser(c *fiber.Ctx, status int, id int64, problem string) error {
	user, err := s.DB.User(c.UserContext(), id, s.Now())
	if err != nil {
		return err
	}
	v := visitorOf(c)
	return s.render(c, status, page{title: user.Name, nav: components.NavSignIn, body: components.UserPage(components.UserProps{
		FormToken: accounts.FormToken(v.token),
		Action:    userPath(id),
		Version:   strconv.FormatInt(user.Version, 10),
		Name:      user.Name,
		Email:     user.Email,
		Roles:     roleChoices(user.Role),
		State:     string(user.State),
		Seen:      moment(user.Seen()),
		Disabled:  user.Disabled,
		Self:      user.ID == v.account.User.ID,
		Problem:   problem,

		SecondFactor: user.SecondFactor,

		DoneBy: listAddress("/admin/audit", "person", user.Email).page(1),
		DoneTo: auditURL(queries.KindUser, user.ID),
	})})
}

// userChange is what an owner does to the user of an id, who was read in a
// version.
type userChange func(ctx context.Context, id, version int64, actor queries.Actor) error

// changeUser lets change happen and shows the list again, or says why not.
func (s *Server) changeUser(c *fiber.Ctx, done string, change userChange) error {
	id, read, err := userAndVersion(c)
	if err != nil {
		return err
	}
	err = change(c.UserContext(), id, read, s.actor(c))
	if errors.Is(err, queries.ErrLastOwner) {
		return s.renderUser(c, fiber.StatusUnprocessableEntity, id, lastOwner)
	}
	if err != nil {
		return err
	}
	return redirect(c, "/admin/users?done="+done)
}

func userAndVersion(c *fiber.Ctx) (id, read int64, err error) {
	if id, err = parseID(c.Params("id")); err != nil {
		return 0, 0, err
	}
	if read, err = parseID(formOf(c).Get("version")); err != nil {
		return 0, 0, fiber.ErrBadRequest
	}
	return id, read, nil
}

// changeRole gives a user another role.
func (s *Server) changeRole(c *fiber.Ctx) error {
	role, err := accounts.ParseRole(formOf(c).Get("role"))
	if err != nil {
		return fiber.ErrBadRequest
	}
	return s.changeUser(c, "role", func(ctx context.Context, id, version int64, actor queries.Actor) error {
		return s.DB.SetRole(ctx, id, version, role, actor)
	})
}

// disableUser keeps a user from signing in.
func (s *Server) disableUser(c *fiber.Ctx) error {
	return s.changeUser(c, "disable", func(ctx context.Context, id, version int64, actor queries.Actor) error {
		return s.DB.SetDisabled(ctx, id, version, true, actor)
	})
}

// enableUser lets a user sign in again.
func (s *Server) enableUser(c *fiber.Ctx) error {
	return s.changeUser(c, "enable", func(ctx context.Context, id, version int64, actor queries.Actor) error {
		return s.DB.SetDisabled(ctx, id, version, false, actor)
	})
}

// dropUserFactor takes away the second factor of a user who has lost it.
func (s *Server) dropUserFactor(c *fiber.Ctx) error {
	return s.changeUser(c, "factor", func(ctx context.Context, id, version int64, actor queries.Actor) error {
		_, err := s.DB.DropSecondFactor(ctx, "take away second step", id, version, actor)
		return err
	})
}

// deleteUser takes a user away.
func (s *Server) deleteUser(c *fiber.Ctx) error { return s.changeUser(c, "delete", s.DB.DeleteUser) }

// linkUser makes a new link by which a user sets a password.
func (s *Server) linkUser(c *fiber.Ctx) error {
	id, read, err := userAndVersion(c)
	if err != nil {
		return err
	}
	user, err := s.DB.User(c.UserContext(), id, s.Now())
	if err != nil {
		return err
	}
	token, ends := accounts.NewToken(), s.Now().Add(accounts.InvitationLifetime)
	if err := s.DB.CreateInvitation(c.UserContext(), id, read, accounts.HashToken(token), ends, s.actor(c)); err != nil {
		return err
	}
	return s.renderLink(c, user.User, token)
}
