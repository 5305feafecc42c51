//go:build shots

package e2e

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"

	"runnerdb/queries/querytest"
)

// TestShots saves pictures of all pages in the folder shots beside this one:
// <window>-<scheme>-<page>.png. The one that README shows is docs/screenshot.png.
func TestShots(t *testing.T) {
	const folder = "../shots"
	if err := os.MkdirAll(folder, 0o755); err != nil {
		t.Fatal(err)
	}
	s := sites.site(t, querytest.SQLite)
	visitor := open(t, s)
	visitor.watch.expect("status of 404")
	for name, path := range s.pages(t) {
		visitor.visit(path)
		visitor.shoot(folder, name)
	}
	visitor.visit(s.runner(t, "Bandile Nkosi") + "?distance=42k&goal=4:30")
	visitor.portrait("../docs/screenshot.png")
	wrong := open(t, s)
	wrong.watch.expect("status of 422")
	wrong.visit("/login")
	wrong.signIn(s.email, "not the password")
	wrong.until("the answer", `whole && visible('.problem')`)
	wrong.shoot(folder, "login-wrong")
	keeper := signedIn(t, s)
	for name, path := range keptPages {
		keeper.visit(path)
		keeper.shoot(folder, name)
	}

	gate, through := gateTo(t, s)
	cut := open(t, through)
	cut.watch.expect("ERR_")
	cut.watch.expect("Failed to fetch")
	cut.visit("/predict?q=nd")
	gate.cut()
	cut.search("l")
	cut.until("that the connection is lost", `visible('#lost')`)
	cut.shoot(folder, "lost")
}

// shoot saves the whole page as it looks on a phone and on a desk, by day and
// by night.
func (b *tab) shoot(folder, name string) {
	b.t.Helper()
	for _, window := range []struct {
		name          string
		width, height int64
	}{{"phone", 390, 844}, {"desk", 1280, 900}} {
		for _, scheme := range []string{"light", "dark"} {
			b.prefer(scheme)
			b.size(window.width, window.height)
			call(b, emulation.SetScrollbarsHidden, emulation.SetScrollbarsHiddenParams{Hidden: true})
			picture, err := chromedp.Run(b.ctx, chromedp.FullScreenshot(100))
			if err != nil {
				b.t.Fatal(err)
			}
			file := filepath.Join(folder, window.name+"-"+scheme+"-"+name+".png")
			if err := os.WriteFile(file, picture, 0o644); err != nil {
				b.t.Fatal(err)
			}
		}
	}
}

// portrait saves the prediction alone, as README shows it.
func (b *tab) portrait(file string) {
	b.t.Helper()
	b.prefer("light")
	b.size(1100, 900)
	picture, err := chromedp.Run(b.ctx, chromedp.Screenshot(chromedp.CSS("article.panel"), chromedp.NodeVisible))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := os.WriteFile(file, picture, 0o644); err != nil {
		b.t.Fatal(err)
	}
}
