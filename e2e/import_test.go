package e2e

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/xuri/excelize/v2"

	"runnerdb/queries/querytest"
)

// importedSheet has a runner whom the demo knows, strangers, a slip of a
// spreadsheet and a row that can't be read.
const importedSheet = `Bay Run 10 km,,,,,,
Pos,No,Name,Sex,Club,E-mail,Time
1,1,Karabo KHUMALO,F,RCS Gugulethu AC,canary@example.org,41:00
2,2,"VAN ZEBEDEE, Quirin",M,A club with a long name that goes on for a while,other@example.org,42:00
3,3,Slow TYPIST,M,,third@example.org,43:09:00
4,4,Broken CLOCK,M,,fourth@example.org,25:61:61
Total,,4 runners,,,,
`

// A sheet is imported without JavaScript; its page fits every window.
func TestASheetIsImported(t *testing.T) {
	aKeptSite(t, func(t *testing.T, s *site) {
		file := filepath.Join(t.TempDir(), "bay run.csv")
		if err := os.WriteFile(file, []byte(importedSheet), 0o600); err != nil {
			t.Fatal(err)
		}
		b := signedIn(t, s)
		b.noScript()
		b.watch.expect("status of 409")
		b.visit("/admin/imports")
		b.do("choose the file", chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{file}))
		b.clickOn("Look at it")
		b.until("the preview", `whole && text('main h1') === 'bay run.csv' && document.querySelectorAll('.draft-rows tbody tr').length === 4`)
		draft := b.path()
		if page := b.text("main"); strings.Contains(page, "canary@example.org") || !strings.Contains(page, "the same name and club") {
			t.Errorf("the preview: %s", page)
		}
		b.do("say the day", chromedp.SetValue(chromedp.CSS("#held"), "2026-03-08"))
		b.clickOn("Save")
		b.until("the day", `whole && document.querySelector('#held').value === '2026-03-08' && text('main').includes('Saved.')`)
		b.clickOn("Agree to 1 row")
		b.until("the repaired time", `whole && text('main').includes('0:43:09') && !text('main').includes('Agree to')`)
		b.lookAt(map[string]string{"draft": draft, "draft-row": draft + "?line=6"})
		b.visit(draft)
		b.clickOn("Import 3 rows")
		b.until("that it is stored", `whole && location.pathname === '/admin/imports' && text('main').includes('Imported.')`)
		b.visit("/runners?q=quirin+van+zebedee")
		b.until("the new runner", `whole && text('main').includes('Quirin van Zebedee')`)
		b.visit("/admin/imports")
		b.clickOn("Undo")
		b.until("that it is undone", `whole && text('main').includes('Undone')`)
	})
}

// The races of a workbook, one on each sheet, go in at once; how to reach the
// runners comes along where that is asked for.
func TestAWorkbookIsImported(t *testing.T) {
	t.Parallel()
	s := keptSites.site(t, querytest.Postgres)
	s.keeping.Lock()
	defer s.keeping.Unlock()
	b := signedIn(t, s)
	b.visit("/admin/imports")
	b.do("choose the file", chromedp.SetUploadFiles(chromedp.CSS("#file"), []string{workbookOf(t)}))
	b.click("input[name=contacts]")
	b.clickOn("Look at it")
	b.until("the preview", `whole && text('main h1') === 'harbour.xlsx' && document.querySelectorAll('.draft-rows tbody tr').length === 2`)
	b.do("take all sheets", chromedp.SetValue(chromedp.CSS("#sheet"), "*"))
	b.do("say the name", chromedp.SetValue(chromedp.CSS("#race"), "Harbour Run"))
	b.do("say the day", chromedp.SetValue(chromedp.CSS("#held"), "2026-03-15"))
	b.clickOn("Save")
	b.until("both races", `whole && document.querySelectorAll('.draft-rows tbody tr').length === 3 && text('main').includes('Harbour Run, 5 km: 1 row')`)
	b.clickOn("Import 3 rows")
	b.until("that it is stored", `whole && location.pathname === '/admin/imports' && text('main').includes('2 new runners') && text('main').includes('how to reach 2 runners')`)
	b.visit("/runners?q=harbourina+quay")
	b.clickOn("Harbourina Quay")
	b.until("both results", `whole && text('main').includes('0:44:10') && text('main').includes('0:21:09')`)
	b.visit("/admin/imports")
	b.clickOn("Undo")
	b.until("that it is undone", `whole && text('main').includes('Undone')`)
}

// workbookOf is a file with the results of two races.
func workbookOf(t *testing.T) string {
	book := excelize.NewFile()
	rows := map[string][][]any{
		"10 km": {
			{"Pos", "Name", "Sex", "E-mail", "Time"},
			{1, "Harbourina QUAY", "F", "quay@example.org", "44:10"},
			{2, "Jetty BOLLARD", "M", "bollard@example.org", "45:10"},
		},
		"5 km": {{"Pos", "Name", "Sex", "E-mail", "Time"}, {1, "Harbourina QUAY", "F", "quay@example.org", "21:09"}},
	}
	err := book.SetSheetName("Sheet1", "10 km")
	if err == nil {
		_, err = book.NewSheet("5 km")
	}
	for sheet, lines := range rows {
		for i, line := range lines {
			err = errors.Join(err, book.SetSheetRow(sheet, fmt.Sprintf("A%d", i+1), &line))
		}
	}
	path := filepath.Join(t.TempDir(), "harbour.xlsx")
	if err := errors.Join(err, book.SaveAs(path), book.Close()); err != nil {
		t.Fatal(err)
	}
	return path
}
