package handlers_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"runnerdb/accounts"
)

// whenNoted has the database execute a statement as soon as the audit log says
// that an action succeeded: in a request, that is after the password was checked.
func (s *site) whenNoted(t *testing.T, action, statement string) {
	t.Helper()
	const when = "WHEN (NEW.action = '%s' AND NEW.outcome = 'ok')"
	if !strings.HasPrefix(s.location, "postgres") {
		s.exec(t, fmt.Sprintf("CREATE TRIGGER meanwhile AFTER INSERT ON audit_log "+when+" BEGIN %s; END", action, statement))
		return
	}
	s.exec(t, fmt.Sprintf("CREATE FUNCTION meanwhile() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN %s; RETURN NULL; END $$", statement))
	s.exec(t, fmt.Sprintf("CREATE TRIGGER meanwhile AFTER INSERT ON audit_log FOR EACH ROW "+when+" EXECUTE FUNCTION meanwhile()", action))
}

const anotherVersion = "UPDATE users SET version = version + 1"

// R046, R104: where the user changes after the password was checked, nobody is
// signed in; the form comes again and says why, and the audit log knows.
func TestAUserWhoChangesMeanwhileSignsInAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		s.whenNoted(t, "sign in", anotherVersion)
		b := s.browser(t)
		a := b.trySignIn(adminEmail, password, url.Values{"remember": {"yes"}})
		checkAskedAgain(t, s, b, a)
		s.exec(t, dropTrigger(s))
		if a := b.post("/login", a.fill(t, "/login", url.Values{"password": {password}})); a.status != http.StatusSeeOther || !b.signedIn() {
			t.Errorf("again: got %d, want 303", a.status)
		}
	})
}

// R104: nor by a code.
func TestAUserWhoChangesBeforeTheCodeSignsInAgain(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		there := s.browser(t)
		there.signIn()
		_, codes := setUpFactor(t, there)
		s.whenNoted(t, "second step", anotherVersion)
		b := s.browser(t)
		checkAskedAgain(t, s, b, b.giveCode(codes[0]))
	})
}

func checkAskedAgain(t *testing.T, s *site, b *browser, a answer) {
	t.Helper()
	if a.status != http.StatusUnprocessableEntity || b.signedIn() {
		t.Fatalf("got %d to %q, signed in %v; want 422", a.status, a.header.Get("Location"), b.signedIn())
	}
	if got := a.text(t); !strings.Contains(got, "Your account changed while you were signing in.") {
		t.Errorf("the page does not say why: %s", got)
	}
	if email, _ := a.doc(t).Find("#email").Attr("value"); email != adminEmail {
		t.Errorf("the form has lost the address: %q", email)
	}
	if !containsRow(s.stored(t)["audit_log"], []string{`action="sign in"`, `outcome="failed"`, fmt.Sprintf("object=%q", adminEmail)}) {
		t.Error("the refusal is not in the audit log")
	}
}

func dropTrigger(s *site) string {
	if strings.HasPrefix(s.location, "postgres") {
		return "DROP TRIGGER meanwhile ON audit_log"
	}
	return "DROP TRIGGER meanwhile"
}

// R046: a session that ends while the password is given again does nothing more.
func TestAnEndedSessionConfirmsNothing(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		const path = "/admin/users/invite"
		b := s.browser(t)
		b.signIn(rememberMe)
		form := b.get("/admin/users").fill(t, path, url.Values{"email": {"zola@example.org"}, "name": {"Zola"}, "role": {"editor"}})
		s.clock.forward(accounts.DefaultLifetimes.Confirmed)
		ask := b.post(path, form)
		s.whenNoted(t, "confirm password", "DELETE FROM sessions")
		a := b.post(path, ask.fill(t, path, url.Values{"confirm_password": {password}}))
		if a.status != http.StatusSeeOther || !strings.HasPrefix(a.header.Get("Location"), "/login?next=") {
			t.Errorf("got %d to %q, want 303 to the login", a.status, a.header.Get("Location"))
		}
		if containsRow(s.stored(t)["users"], []string{`email="zola@example.org"`}) {
			t.Error("somebody was invited by a session that had ended")
		}
	})
}
