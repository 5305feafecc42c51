package grid_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"runnerdb/sheets/grid"
)

// formulas are texts that spreadsheets would run or misread (OWASP, CSV
// Injection).
var formulas = []string{
	"=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\x00=1", " =1", "  =1", "'=1", "''=1", `"=1`, "\u00a0=1", "＝1", "＋1", "－1", "＠x", "“=1",
	`=HYPERLINK("http://evil.example","x")`, "=cmd|' /C calc'!A0", "-2+3+cmd|' /C calc'!A0", "\ufeff=1",
}

func TestFormulasAreGuarded(t *testing.T) {
	t.Parallel()
	for _, text := range formulas {
		got := grid.Guard(text)
		if !strings.HasPrefix(got, "'") || grid.Unguard(got) != text {
			t.Errorf("%q is guarded as %q, and that read as %q", text, got, grid.Unguard(got))
		}
	}
	for _, text := range []string{"", "Karabo", "O'Brien", "'t Hooft", "3:47:05", "12", "a=b", "(-1)", "«x»"} {
		if got := grid.Guard(text); got != text {
			t.Errorf("%q: got %q, want it left alone", text, got)
		}
	}
}

func TestGuardLosesNothing(t *testing.T) {
	t.Parallel()
	piece := rapid.OneOf(rapid.String(), rapid.SampledFrom(formulas), rapid.SampledFrom([]string{"'", " ", "=", "-"}))
	rapid.Check(t, func(t *rapid.T) {
		text := strings.Join(rapid.SliceOfN(piece, 0, 4).Draw(t, "pieces"), "")
		if got := grid.Unguard(grid.Guard(text)); got != text {
			t.Fatalf("%q comes back as %q", text, got)
		}
		if guarded := grid.Guard(text); guarded != "" && strings.ContainsRune("=+-@\t\r\n\x00", rune(guarded[0])) {
			t.Fatalf("%q goes out as %q", text, guarded)
		}
	})
}
