package club

import "testing"

func FuzzFoldASCII(f *testing.F) {
	for _, name := range []string{"Karabo Khumalo", " O'Brien-Nkosi,\tJ.P. ", "a\x00b\x7f|c", "100% K_rabo (Tee)"} {
		f.Add(name)
	}
	f.Fuzz(func(t *testing.T, name string) {
		if !isASCII(name) {
			return
		}
		if got, want := foldASCII(name), foldUnicode(name); got != want {
			t.Errorf("%q folds to %q, want %q", name, got, want)
		}
	})
}
