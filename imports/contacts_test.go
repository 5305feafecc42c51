package imports_test

import (
	"bytes"
	"strings"
	"testing"

	"runnerdb/club"
	"runnerdb/imports"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
	"runnerdb/sheets"
)

const withContacts = `Pos,Name,Sex,ID Number,E-mail,Cell,Time
1,Ann Abe,F,8001015009087,ann@example.org,821234567,40:00
2,Ben Abe,M,8001015009087,ben@example.org,082 765 4321,41:00
3,Cy Abe,M,8001015009087,cy at home,12,42:00
`

func askedFor(t *testing.T, text string) *sheets.File {
	file := sheet(t, text)
	file.AskContacts()
	return file
}

// Contact details are read from a sheet only when asked for. They fill in what
// is unknown, and are removed when the import is undone.
func TestContactsAreAskedFor(t *testing.T) {
	t.Parallel()
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		ann, ben := addRunner(t, db, club.Runner{Name: "Ann Abe"}), addRunner(t, db, club.Runner{Name: "Ben Abe"})
		known := club.Contact{RunnerID: ben, Email: "old@example.org", EmergencyName: "Cy", EmergencyPhone: "082 000 0000"}
		if err := db.SetContact(t.Context(), known, secretary); err != nil {
			t.Fatal(err)
		}
		is := func(what string, runner int64, email, phone string) {
			t.Helper()
			c, err := db.Contact(t.Context(), runner)
			if err != nil || c.Email != email || c.Phone != phone || runner == ben && c.EmergencyName != "Cy" {
				t.Errorf("%s: got %+v, %v, want %q and %q", what, c, err, email, phone)
			}
		}
		commit(t, db, withContacts, bayRun)
		is("not asked", ann, "", "")

		order := imports.Order{File: askedFor(t, withContacts), Choices: bayRun}
		plan, err := imports.Make(t.Context(), imports.Records{DB: db}, order.File, bayRun)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, "asked", plan, "changed changed present")
		if reasons := strings.Join(plan.Rows[1].Reasons, ", "); !strings.Contains(reasons, "another e-mail address is known, and stays, with telephone number") {
			t.Errorf("reasons: %s", reasons)
		}
		order.Shown = plan.Fingerprint()
		id, _, err := imports.Commit(t.Context(), imports.Records{DB: db}, order, secretary)
		if err != nil {
			t.Fatal(err)
		}
		is("asked", ann, "ann@example.org", "0821234567")
		is("asked", ben, "old@example.org", "082 765 4321")
		if again, _, err := imports.Commit(t.Context(), imports.Records{DB: db}, imports.Order{File: order.File, Choices: bayRun}, secretary); again != 0 || err != nil {
			t.Errorf("again: import %d, %v, want none", again, err)
		}
		// Ben has given another number in the meantime, which must stay.
		contact, err := db.Contact(t.Context(), ben)
		if err != nil {
			t.Fatal(err)
		}
		contact.Phone = "082 999 9999"
		if err := db.SetContact(t.Context(), contact, secretary); err != nil {
			t.Fatal(err)
		}
		done, err := db.UndoImport(t.Context(), id, secretary)
		if err != nil || done.Contacts != 2 || done.Changed != 0 {
			t.Errorf("undo: %+v, %v", done, err)
		}
		is("undone", ann, "", "")
		is("undone", ben, "old@example.org", "082 999 9999")
	})
}

// A contact that somebody changes while an import is planned is not
// overwritten; the plan is shown again.
func TestContactsChangedMeanwhile(t *testing.T) {
	t.Parallel()
	querytest.Each(t, func(t *testing.T, db *queries.DB) {
		ann := addRunner(t, db, club.Runner{Name: "Ann Abe"})
		id, err := imports.Begin(t.Context(), db, imports.Upload{Name: "bay.csv", Data: []byte(withContacts), Contacts: true}, secretary)
		if err != nil {
			t.Fatal(err)
		}
		var cache imports.DraftCache
		draft, err := cache.Load(t.Context(), db, id)
		if err != nil {
			t.Fatal(err)
		}
		draft.Choices = bayRun
		draft.Choices.AcceptAll = true
		plan, err := cache.Plan(t.Context(), imports.Records{DB: db}, draft)
		if err != nil {
			t.Fatal(err)
		}
		expect(t, "all", plan, "matched new new")
		if err := db.SetContact(t.Context(), club.Contact{RunnerID: ann, Email: "own@example.org"}, secretary); err != nil {
			t.Fatal(err)
		}
		if _, _, err := imports.Commit(t.Context(), imports.Records{DB: db}, draft.Order(plan.Fingerprint()), secretary); err == nil {
			t.Error("what was not shown is stored")
		}
		again, err := cache.Plan(t.Context(), imports.Records{DB: db}, draft)
		if err != nil {
			t.Fatal(err)
		}
		if _, _, err := imports.Commit(t.Context(), imports.Records{DB: db}, draft.Order(again.Fingerprint()), secretary); err != nil {
			t.Error(err)
		}
		contact, err := db.Contact(t.Context(), ann)
		if err != nil || contact.Email != "own@example.org" || contact.Phone != "0821234567" {
			t.Errorf("got %+v, %v", contact, err)
		}
	})
}

// A stored draft holds contact details only if they were asked for, and other
// personal data never.
func TestPackedContacts(t *testing.T) {
	t.Parallel()
	for _, asked := range []bool{false, true} {
		file := sheet(t, withContacts)
		if asked {
			file.AskContacts()
		}
		packed, err := file.Pack()
		if err != nil {
			t.Fatal(err)
		}
		back, err := sheets.Unpack(packed)
		if err != nil {
			t.Fatal(err)
		}
		var all bytes.Buffer
		for _, row := range back.Tables[0].Rows {
			for _, cell := range row.Cells {
				all.WriteString(cell.Text + "\n")
			}
		}
		for text, want := range map[string]bool{"ann@example.org": asked, "821234567": asked, "8001015009087": false, "Ann Abe": true} {
			if bytes.Contains(all.Bytes(), []byte(text)) != want {
				t.Errorf("asked %v: %q is there: %v", asked, text, !want)
			}
		}
		read, err := back.Read(sheets.Options{})
		if err != nil {
			t.Fatal(err)
		}
		want := 0
		if asked {
			want = 2 // no address, no number
		}
		if last := read.Entries[2]; len(last.Warnings) != want || last.Email+last.Phone != "" {
			t.Errorf("asked %v: %+v", asked, last)
		}
	}
}
