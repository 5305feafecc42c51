package handlers_test

import (
	"fmt"
	"net/url"
	"testing"
)

// Undo after an edit undoes that edit: it carries the version that was stored,
// not one that somebody else made before the answer was written.
func TestUndoCarriesTheVersionThatWasStored(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.keeper(t)
		s.whenNoted(t, "update", "UPDATE runners SET version = version + 1; UPDATE races SET version = version + 1; UPDATE results SET version = version + 1")
		for kind, path := range map[string]string{"runner": "/admin/runners/1", "race": "/admin/races/1", "result": "/admin/results/1"} {
			action := path
			if kind == "race" {
				action += "/edit"
			}
			for _, headers := range [][]string{{hx}, nil} {
				form := b.fragment(path + "/edit")
				var read int64
				if _, err := fmt.Sscan(form.fill(t, action, nil).Get("version"), &read); err != nil {
					t.Fatal(err)
				}
				saved := submit(b, form, action, url.Values{}, headers...)
				if next := saved.header.Get("Location"); next != "" {
					saved = b.get(next)
				}
				undo := saved.fill(t, "/admin/restore", nil)
				if got, want := undo.Get("version"), fmt.Sprint(read+1); got != want || undo.Get(kind) != "1" {
					t.Errorf("%s: undo carries version %s of %s, want %s", kind, got, undo.Get(kind), want)
				}
			}
		}
	})
}
