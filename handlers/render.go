package handlers

import (
	"bytes"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/components"
)

// page is what an address answers: the whole page, or for htmx its fragment.
// Where there is no fragment, htmx gets the body.
type page struct {
	title    string
	nav      components.Nav
	body     templ.Component
	fragment templ.Component
	// share is what is said of the page where its address is shared.
	share *components.Share
}

// variants are the request's headers by which answers of one address differ.
const variants = "Cookie, HX-Boosted, HX-History-Restore-Request, HX-Request, HX-Request-Type, HX-Target"

// render answers with a page, whole or its fragment. It renders before it
// answers: a page that fails half-way becomes an error, not half a page.
func (s *Server) render(c *fiber.Ctx, status int, p page) error {
	c.Vary(variants)
	setCacheControl(c)
	component := p.body
	switch {
	case !wantsFragment(c):
		component = components.Layout(s.layoutProps(c, p, status), p.body)
	case p.fragment != nil:
		component = p.fragment
	}
	var b bytes.Buffer
	if err := component.Render(c.UserContext(), &b); err != nil {
		return err
	}
	c.Status(status)
	c.Type("html", "utf-8")
	setETag(c)
	return c.Send(b.Bytes())
}

// layoutProps are what stands round a page. Where something went wrong the
// database is not asked again.
func (s *Server) layoutProps(c *fiber.Ctx, p page, status int) components.LayoutProps {
	props := components.LayoutProps{Title: p.title, Nav: p.nav, Share: p.share}
	settings := s.lastSettings()
	if status < fiber.StatusBadRequest {
		settings = s.settingsOrLast(c.UserContext())
	}
	props.Club, props.Town = settings.ClubName(), settings.ClubTown()
	if nav := boardNav(settings, ""); len(nav) > 0 {
		props.BoardsURL = nav[0].URL
	}
	if v := visitorOf(c); v.signedIn() {
		props.FormToken = accounts.FormToken(v.token)
	}
	return props
}

// setCacheControl lets nobody keep what a signed-in user sees, or an answer
// that sets a cookie. Other pages may be kept, if they are asked for again.
func setCacheControl(c *fiber.Ctx) {
	if c.GetRespHeader(fiber.HeaderCacheControl) != "" {
		return
	}
	value := "no-cache"
	if visitorOf(c).token != "" || c.GetRespHeader(fiber.HeaderSetCookie) != "" {
		value = "no-store"
	}
	c.Set(fiber.HeaderCacheControl, value)
}

// wantsFragment reports whether htmx asks for a part of the page: not for a
// whole one, and not to restore one that the visitor goes back to.
func wantsFragment(c *fiber.Ctx) bool {
	return c.Get("HX-Request") == "true" && c.Get("HX-Request-Type") != "full" &&
		c.Get("HX-Boosted") != "true" && c.Get("HX-History-Restore-Request") != "true"
}

// redirect sends the visitor to a page of ours after a form was taken.
func redirect(c *fiber.Ctx, path string) error {
	c.Set(fiber.HeaderCacheControl, "no-store")
	if wantsFragment(c) {
		c.Set("HX-Redirect", path)
		return c.SendStatus(fiber.StatusNoContent)
	}
	return c.Redirect(path, fiber.StatusSeeOther)
}
