package accounts_test

import (
	"net/url"
	"strings"
	"testing"
	"time"

	"runnerdb/accounts"
)

// RFC 6238, appendix B: the secret for SHA-1, times and codes of eight digits,
// of which ours are the last six.
func TestStepKnowsTheCodesOfTheRFC(t *testing.T) {
	t.Parallel()
	secret := accounts.TOTPSecret("12345678901234567890")
	for second, code := range map[int64]string{
		59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130",
	} {
		if step, ok := secret.Step(code, time.Unix(second, 0), 0); !ok || step != second/30 {
			t.Errorf("%d: got step %d, %v, want %d", second, step, ok, second/30)
		}
	}
}

// One step to either side is accepted, and no step twice.
func TestStepToleratesOneAndNoReplay(t *testing.T) {
	t.Parallel()
	secret := accounts.TOTPSecret("12345678901234567890")
	const step = 1111111111 / 30
	tests := []struct {
		name  string
		off   int64
		after int64
		want  bool
	}{
		{"two steps late", 2, 0, false},
		{"a step late", 1, 0, true},
		{"on time", 0, 0, true},
		{"a step early", -1, 0, true},
		{"two steps early", -2, 0, false},
		{"used before", 0, step, false},
		{"a later one used before", 0, step + 1, false},
		{"the one before used", 0, step - 1, true},
	}
	for _, test := range tests {
		got, ok := secret.Step("050471", time.Unix((step+test.off)*30, 0), test.after)
		if ok != test.want || (ok && got != step) {
			t.Errorf("%s: got %d, %v, want %v", test.name, got, ok, test.want)
		}
	}
	for _, code := range []string{"", "050472", "50471", "0504710", "05047a"} {
		if step, ok := secret.Step(code, time.Unix(1111111111, 0), 0); ok {
			t.Errorf("%q: got step %d", code, step)
		}
	}
	for second := int64(0); second < 60; second += 30 {
		if step, ok := secret.Step("755224", time.Unix(second, 0), -1); second == 0 && (!ok || step != 0) {
			t.Errorf("at the beginning of time (RFC 4226, appendix D): got %d, %v", step, ok)
		}
	}
}

func TestTOTPSecret(t *testing.T) {
	t.Parallel()
	secret := accounts.NewTOTPSecret()
	if len(secret) != 20 || string(secret) == string(accounts.NewTOTPSecret()) {
		t.Errorf("the secret has %d bytes, or is not random", len(secret))
	}
	// base32 (GNU coreutils 9.1) of the secret.
	secret = accounts.TOTPSecret("12345678901234567890")
	const want = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
	if got := strings.ReplaceAll(secret.Words(), "-", ""); got != want {
		t.Errorf("Words: got %q, want %q", got, want)
	}
	link, err := secret.URL("RCS Gugulethu AC", "nomsa+1@example.org")
	if err != nil {
		t.Fatal(err)
	}
	u, err := url.Parse(link)
	if err != nil {
		t.Fatal(err)
	}
	q := u.Query()
	if u.Scheme != "otpauth" || u.Host != "totp" || u.Path != "/RCS Gugulethu AC:nomsa+1@example.org" ||
		q.Get("secret") != want || q.Get("issuer") != "RCS Gugulethu AC" || q.Get("period") != "30" || q.Get("digits") != "6" {
		t.Errorf("got %s", link)
	}
}

func TestReadTOTPCode(t *testing.T) {
	t.Parallel()
	for typed, want := range map[string]string{"123456": "123456", " 123 456 ": "123456", "000000": "000000", "12 34\t56": "123456"} {
		if got, ok := accounts.ReadTOTPCode(typed); !ok || got != want {
			t.Errorf("%q: got %q, %v, want %q", typed, got, ok, want)
		}
	}
	for _, typed := range []string{"", "12345", "1234567", "12345a", "-12345", "١٢٣٤٥٦", "12.456", "abcdef"} {
		if got, ok := accounts.ReadTOTPCode(typed); ok {
			t.Errorf("%q: got %q", typed, got)
		}
	}
}

func TestRecoveryCodes(t *testing.T) {
	t.Parallel()
	codes, seen := accounts.NewRecoveryCodes(), map[string]bool{}
	if len(codes) != accounts.RecoveryCodes {
		t.Errorf("%d codes, want %d", len(codes), accounts.RecoveryCodes)
	}
	for _, code := range codes {
		hash, ok := accounts.RecoveryHash(1, code)
		if !ok || seen[code] || len(code) != 19 || strings.Contains(hash, code) {
			t.Errorf("%q: hash %q, %v", code, hash, ok)
		}
		seen[code] = true
		if other, _ := accounts.RecoveryHash(2, code); other == hash {
			t.Errorf("%q has one hash for two users", code)
		}
		for _, typed := range []string{
			strings.ToUpper(code), strings.ReplaceAll(code, "-", ""), " " + strings.ReplaceAll(code, "-", " ") + "\n",
			strings.ReplaceAll(code, "0", "O"), strings.ReplaceAll(code, "1", "I"), strings.ReplaceAll(code, "1", "l"),
		} {
			if got, ok := accounts.RecoveryHash(1, typed); !ok || got != hash {
				t.Errorf("typed as %q: got %q, %v, want %q", typed, got, ok, hash)
			}
		}
		if _, ok := accounts.ReadTOTPCode(code); ok {
			t.Errorf("%q passes for a code of the app", code)
		}
	}
	for _, typed := range []string{"", "123456", "0000-0000-0000-000", "0000-0000-0000-00000", "uuuu-0000-0000-0000", "é000-0000-0000-0000"} {
		if got, ok := accounts.RecoveryHash(1, typed); ok {
			t.Errorf("%q: got %q", typed, got)
		}
	}
}

// Typed text is an app code, a recovery code or neither, but never both.
func FuzzTypedCodes(f *testing.F) {
	for _, typed := range []string{"", "123 456", "0123-4567-89ab-cdef", "OIL1-0000-0000-0000"} {
		f.Add(typed)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		code, isCode := accounts.ReadTOTPCode(typed)
		hash, isRecovery := accounts.RecoveryHash(1, typed)
		if isCode && isRecovery {
			t.Fatalf("%q is both", typed)
		}
		if again, ok := accounts.ReadTOTPCode(code); isCode && (!ok || again != code) {
			t.Fatalf("%q: %q is read as %q", typed, code, again)
		}
		if again, _ := accounts.RecoveryHash(1, strings.ToUpper(strings.ToLower(typed))); isRecovery && typed == strings.ToLower(typed) && again != hash {
			t.Fatalf("%q: the case counts", typed)
		}
	})
}
