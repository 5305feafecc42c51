package e2e

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"runnerdb/queries/querytest"
)

// A user switches codes on, and signs in by one, with a script and without,
// and by a recovery code.
func TestAUserSetsUpCodesAndSignsInByThem(t *testing.T) {
	s := sites.site(t, querytest.Postgres)
	const email, password = "lindiwe@example.org", "three kudu cross the road"
	owner := signedIn(t, s)
	owner.clickOn("Users")
	owner.until("the users", `whole && text('main h1') === 'Users'`)
	owner.click("#email")
	owner.press(email)
	owner.click("#name")
	owner.press("Lindiwe")
	owner.click("form.fields button")
	owner.until("the link", `whole && visible('.secret')`)
	link, err := url.Parse(owner.text(".secret"))
	if err != nil {
		t.Fatal(err)
	}

	here := open(t, s)
	here.visit(link.Path)
	here.choosePassword(password)
	here.until("the profile", `whole && location.pathname === '/profile'`)
	here.clickOn("Change this")
	here.until("the picture and the key", `whole && visible('.qr') && visible('#secret')`)

	secret := strings.ReplaceAll(here.text("#secret"), "-", "")
	code := func(ahead time.Duration) string {
		t.Helper()
		code, err := totp.GenerateCode(secret, time.Now().Add(ahead))
		if err != nil {
			t.Fatal(err)
		}
		return code
	}
	here.watch.expect("status of 422")
	here.giveCode("000 00")
	here.until("why not", `whole && visible('#code-problem') && text('#secret').replaceAll('-', '') === '`+secret+`'`)
	here.giveCode(code(0))
	here.until("the recovery codes", `whole && all('.codes code').length === 10`)
	recovery := here.text(".codes code")
	here.clickOn("I have them")
	here.until("the profile", `whole && text('main').includes('On: whoever signs in as you needs a code')`)

	// A clock that goes half a minute fast shows the next code already.
	plain := open(t, s)
	plain.noScript()
	plain.visit("/login?next=%2Fadmin%2Fraces")
	plain.signIn(email, password)
	plain.until("the second step", `whole && location.pathname === '/login/code'`)
	plain.giveCode(code(30 * time.Second))
	plain.until("the page that was asked for", `whole && location.pathname === '/admin/races'`)

	there := open(t, s)
	there.visit("/login")
	there.signIn(email, password)
	there.until("the second step", `whole && location.pathname === '/login/code' && document.activeElement.id === 'code'`)
	there.lookAt(map[string]string{"second step": there.path() + "?next=%2Fprofile"})
	there.giveCode(recovery)
	there.until("the profile", `whole && location.pathname === '/profile'`)
}

// giveCode types a code and sends the form.
func (b *tab) giveCode(code string) {
	b.t.Helper()
	b.click("#code")
	eval[bool](b, `(one('#code').select(), true)`)
	b.press(code)
	b.click("form.fields:has(#code) button")
}
