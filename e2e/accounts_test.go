package e2e

import (
	"net/url"
	"testing"
)

// An owner invites somebody, who chooses a password by the link; a change of
// it signs out the other browser.
func TestAnInvitedUserChangesThePasswordAndTheOtherBrowserIsSignedOut(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		const email, first, second = "zola@example.org", "four goats on a taxi", "seven goats on a roof"
		owner := signedIn(t, s)
		owner.clickOn("Users")
		owner.until("the users", `whole && text('main h1') === 'Users'`)
		owner.click("#email")
		owner.press(email)
		owner.click("#name")
		owner.press("Zola")
		owner.click("form.fields button")
		owner.until("the link", `whole && visible('.secret')`)
		link, err := url.Parse(owner.text(".secret"))
		if err != nil {
			t.Fatal(err)
		}

		here := open(t, s)
		here.visit(link.Path)
		here.until("the invitation", `whole && text('main h1') === 'Welcome, Zola!'`)
		here.choosePassword(first)
		here.until("the profile", `whole && location.pathname === '/profile' && text('main').includes('`+email+`')`)
		there := open(t, s)
		there.visit("/login")
		there.signIn(email, first)
		there.until("the profile", `whole && location.pathname === '/profile'`)

		here.click("#current")
		here.press(first)
		here.choosePassword(second)
		here.until("the new password", `whole && text('main').includes('Your password is changed.')`)
		there.visit("/profile")
		there.until("the question who it is", `whole && location.pathname === '/login'`)
		there.signIn(email, second)
		there.until("the profile", `whole && location.pathname === '/profile'`)
	})
}

// choosePassword types a new password twice and sends the form.
func (b *tab) choosePassword(password string) {
	b.t.Helper()
	b.click("#new")
	b.press(password)
	b.click("#again")
	b.press(password)
	b.click("form.fields button")
}
