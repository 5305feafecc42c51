package accounts_test

import (
	"errors"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"runnerdb/accounts"
)

// R059.
func TestGuessablePasswordsAreRefused(t *testing.T) {
	user := accounts.User{Email: "thandi.mokoena@example.org", Name: "Thandi Mokoena"}
	for password, want := range map[string]error{
		"short":                          accounts.ErrPasswordShort,
		"password1234":                   accounts.ErrPasswordCommon,
		"PassWord1234":                   accounts.ErrPasswordCommon,
		"qwertyuiop123":                  accounts.ErrPasswordCommon,
		"123456789012":                   accounts.ErrPasswordCommon,
		"aaaaaaaaaaaaaaaa":               accounts.ErrPasswordCommon,
		"abababababababab":               accounts.ErrPasswordCommon,
		"correct horse battery staple":   accounts.ErrPasswordCommon,
		"Password!!!!2031":               accounts.ErrPasswordPersonal,
		"thandi.mokoena@example.org":     accounts.ErrPasswordPersonal,
		"ThandiMokoena1":                 accounts.ErrPasswordPersonal,
		"Mokoena-Thandi-2026":            accounts.ErrPasswordPersonal,
		"RCS Gugulethu AC":               accounts.ErrPasswordPersonal,
		"gugulethu2031":                  accounts.ErrPasswordPersonal,
		"Runner DB 2026!":                accounts.ErrPasswordPersonal,
		"runnerdb runnerdb":              accounts.ErrPasswordPersonal,
		"comrades marathon 1":            accounts.ErrPasswordPersonal,
		"four goats on a taxi":           nil,
		"Thandi runs with four goats":    nil,
		"gugulethu rain on tin roofs":    nil,
		"пароль из многих слов":          nil,
		"kx7!Qm2#vB9z":                   nil,
		"my grandmother's blue enamel 🫖": nil,
	} {
		if got := accounts.CheckNewPassword(password, user); !errors.Is(got, want) {
			t.Errorf("%q: got %v, want %v", password, got, want)
		}
	}
	if err := accounts.CheckNewPassword("four goats on a taxi", accounts.User{}); err != nil {
		t.Errorf("a user without a name: %v", err)
	}
}

// R059.
func TestWhatMostPeopleUseIsRefused(t *testing.T) {
	file, err := os.ReadFile("testdata/top-3000.txt")
	if err != nil {
		t.Fatal(err)
	}
	refused := 0
	for password := range strings.Lines(string(file)) {
		password = strings.TrimSuffix(password, "\n")
		for _, spelt := range []string{password, strings.ToUpper(password)} {
			if err := accounts.CheckNewPassword(spelt, accounts.User{}); err == nil {
				t.Errorf("%q is taken", spelt)
			}
		}
		refused++
	}
	if refused != 3000 {
		t.Errorf("got %d passwords, want 3,000", refused)
	}
}

func TestTheListOfCommonPasswords(t *testing.T) {
	file, err := os.ReadFile("common.txt")
	if err != nil {
		t.Fatal(err)
	}
	seen := map[string]bool{}
	for line := range strings.Lines(string(file)) {
		line = strings.TrimSuffix(line, "\n")
		if line != strings.ToLower(line) || utf8.RuneCountInString(line) < accounts.MinPasswordLength || seen[line] {
			t.Errorf("%q is not in small letters, too short or there twice", line)
		}
		seen[line] = true
	}
	if len(seen) < 1000 {
		t.Errorf("%d passwords, want 1,000 at least", len(seen))
	}
}
