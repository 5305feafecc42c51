package handlers_test

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"runnerdb/accounts"
	"runnerdb/handlers"
	"runnerdb/sheets"
)

// R100: the numbers in docs/security.md are those of the program.
func TestTheDocumentedLimitsAreTheRealOnes(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../docs/security.md")
	if err != nil {
		t.Fatal(err)
	}
	text := string(file)
	seconds := func(d time.Duration) string { return fmt.Sprintf("%.0f s", d.Seconds()) }
	hours := func(d time.Duration) string { return fmt.Sprintf("%.0f h", d.Hours()) }
	minutes := func(d time.Duration) string { return fmt.Sprintf("%.0f min", d.Minutes()) }
	throttle := accounts.DefaultThrottle
	plain, remembered := accounts.DefaultLifetimes.Plain, accounts.DefaultLifetimes.Remembered
	for _, want := range []string{
		fmt.Sprintf("| body of a request | %d bytes |", handlers.MaxBodyBytes),
		fmt.Sprintf("| bodies under way, together, beyond the first %d bytes of each | %d bytes |", handlers.FreeBodyBytes, handlers.MaxBodiesBytes),
		fmt.Sprintf("| uploads under way | %d |", handlers.MaxUploads),
		fmt.Sprintf("| connections | %d |", handlers.MaxConns),
		fmt.Sprintf("| connections of one address | %d |", handlers.ConnsOfAddress),
		fmt.Sprintf("| a connection that keeps us waiting, when there is no room | %d ms |", handlers.ConnGrace.Milliseconds()),
		fmt.Sprintf("| %d KB of an upload | %s |", handlers.UploadPiece>>10, seconds(handlers.UploadPatience)),
		fmt.Sprintf("| head of a request, address included | %d bytes |", handlers.MaxHeaderBytes),
		fmt.Sprintf("| lines in the head | %d |", handlers.MaxHeaderLines),
		fmt.Sprintf("| fields in a form | %d |", handlers.MaxFormFields),
		fmt.Sprintf("| password | %d characters to %d bytes |", accounts.MinPasswordLength, accounts.MaxPasswordBytes),
		"| to send a request | " + seconds(handlers.ReadTimeout) + " |",
		"| to take an answer | " + seconds(handlers.WriteTimeout) + " |",
		"| idle connection | " + seconds(handlers.IdleTimeout) + " |",
		"| readiness asks the database | " + seconds(handlers.ReadyTimeout) + " |",
		"| work on one request that reads a sheet | " + seconds(handlers.SheetDeadline) + " |",
		"| plain | " + hours(plain.Idle) + " | " + hours(plain.Absolute) + " |",
		`| "remember me" | ` + hours(remembered.Idle) + " (14 days) | " + hours(remembered.Absolute) + " (30 days) |",
		"| link to choose a password | " + hours(accounts.InvitationLifetime) + " (7 days), once |",
		fmt.Sprintf("among %d that are tried first, has fewer than %d different characters, or has fewer than %d characters beside",
			accounts.CommonPasswords(), accounts.Differing, accounts.OtherThanNames),
		fmt.Sprintf("| wrong passwords for one account from one address | %d in %s |", throttle.PerAccount, minutes(throttle.Window)),
		fmt.Sprintf("| wrong passwords from one address | %d in %s |", throttle.PerAddress, minutes(throttle.Window)),
		fmt.Sprintf("| wrong passwords for one account from everywhere | %d in %s |", throttle.SlowAfter, hours(throttle.Day)),
		fmt.Sprintf("comes %d ms later for each beyond, %s at most", throttle.Step.Milliseconds(), seconds(throttle.MaxDelay)),
		"unless it was given within " + minutes(accounts.DefaultLifetimes.Confirmed),
		"| from the password to the code | " + minutes(accounts.SecondStepLifetime) + " |",
		fmt.Sprintf("| recovery codes | %d, of", accounts.RecoveryCodes),
		"noted once in " + seconds(handlers.TouchEvery),
	} {
		if !strings.Contains(text, want) {
			t.Errorf("docs/security.md does not say %q", want)
		}
	}
	hash, err := passwordHash()
	if err != nil {
		t.Fatal(err)
	}
	var memory, passes, lanes int
	if _, err := fmt.Sscanf(strings.Split(hash, "$")[3], "m=%d,t=%d,p=%d", &memory, &passes, &lanes); err != nil {
		t.Fatal(err)
	}
	if want := fmt.Sprintf("argon2id with %d KiB, %d passes and %d lane ", memory, passes, lanes); !strings.Contains(text, want) {
		t.Errorf("docs/security.md does not say %q", want)
	}
}

// R073: the limits of a sheet stand on the form and in the docs.
func TestTheLimitsOfSheetsAreStated(t *testing.T) {
	file, err := os.ReadFile("../docs/imports.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		fmt.Sprintf("| file | %d MB |", sheets.MaxBytes>>20),
		fmt.Sprintf("| workbook, unpacked | %d MB |", sheets.MaxUnpacked>>20),
		fmt.Sprintf("| rows | %d,%03d |", sheets.MaxRows/1000, sheets.MaxRows%1000),
		fmt.Sprintf("| columns | %d |", sheets.MaxColumns),
		fmt.Sprintf("| one cell | %d,%03d bytes |", sheets.MaxCell/1000, sheets.MaxCell%1000),
		fmt.Sprintf("| sheets of a workbook | %d |", sheets.MaxTables),
	} {
		if !strings.Contains(string(file), want) {
			t.Errorf("docs/imports.md does not say %q", want)
		}
	}
	b := newSite(t, "sqlite").keeper(t)
	form := b.get("/admin/imports").text(t)
	for _, want := range []int{sheets.MaxBytes >> 20, sheets.MaxUnpacked >> 20, sheets.MaxColumns} {
		if !strings.Contains(form, strconv.Itoa(want)) {
			t.Errorf("the form does not say %d: %s", want, form)
		}
	}
}
