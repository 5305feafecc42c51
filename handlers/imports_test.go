package handlers_test

import (
	"bytes"
	"fmt"
	"maps"
	"mime/multipart"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"runnerdb/imports"
	"runnerdb/queries"
	"runnerdb/sheets"
)

const importsPath = "/admin/imports"

// sheetOfResults holds a runner whom the club knows, one whom it does not, one
// whose time can't be read, and what is nobody's business.
const sheetOfResults = `Pos,No,Name,Sex,Club,E-mail,Time
1,1,Karabo KHUMALO,F,Gugulethu,canary@example.org,41:00
2,2,Newcomer MOLEFE,M,<b>Langa</b>,other@example.org,42:00
3,3,Broken CLOCK,M,,third@example.org,25:61:61
`

// uploadFile sends a file as the form on the page does.
func (b *browser) uploadFile(name, content string, headers ...string) answer {
	b.t.Helper()
	return b.uploadWith(nil, name, content, headers...)
}

// uploadWith sends a file, and what else is typed into the form.
func (b *browser) uploadWith(typed map[string]string, name, content string, headers ...string) answer {
	b.t.Helper()
	fields := map[string]string{"form_token": b.get("/profile").fill(b.t, "/logout", nil).Get("form_token")}
	maps.Copy(fields, typed)
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for field, text := range fields {
		if err := w.WriteField(field, text); err != nil {
			b.t.Fatal(err)
		}
	}
	part, err := w.CreateFormFile("file", name)
	if err == nil {
		_, err = part.Write([]byte(content))
	}
	if err != nil || w.Close() != nil {
		b.t.Fatal(err)
	}
	return b.send(http.MethodPost, importsPath, body.String(), append(headers, "Content-Type: "+w.FormDataContentType())...)
}

// decide sends a part of the form of a draft.
func (b *browser) decide(draft, part string, typed url.Values) answer {
	b.t.Helper()
	doc := b.get(draft).doc(b.t)
	form := url.Values{"part": {part}}
	for _, name := range []string{"form_token", "version"} {
		form.Set(name, doc.Find("form[action='"+draft+"'] input[name="+name+"]").First().AttrOr("value", ""))
	}
	for name, values := range typed {
		form[name] = values
	}
	return b.post(draft, form)
}

func (b *browser) commitShown(draft string) answer {
	b.t.Helper()
	return b.post(draft+"/commit", b.get(draft).fill(b.t, draft+"/commit", nil))
}

// From the file to the records, and back.
func TestImportOnThePage(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn()
		if text := b.get(importsPath).text(t); !strings.Contains(text, "At most 16 MB") || !strings.Contains(text, "150 000 rows") {
			t.Errorf("the limits are not stated: %s", text)
		}
		a := b.uploadFile(`..\..\<i>bay</i>.csv`, sheetOfResults)
		draft := a.header.Get("Location")
		if a.status != http.StatusSeeOther || draft != importsPath+"/1" {
			t.Fatalf("upload: got %d to %q\n%s", a.status, draft, a.body)
		}
		page := b.get(draft)
		if strings.Contains(page.body, "canary@example.org") || strings.Contains(page.body, "<b>Langa") || strings.Contains(page.body, "<i>bay") {
			t.Errorf("the preview shows what it must not: %s", page.body)
		}
		if a := b.commitShown(draft); a.status != http.StatusUnprocessableEntity || a.doc(t).Find(".problem[role=alert]").Length() != 1 || a.doc(t).Find("#held").Length() != 1 {
			t.Errorf("commit without a day: got %d, want 422 and what is missing", a.status)
		}
		if a := b.decide(draft, "race", url.Values{"race": {"Bay Run"}, "held": {"2999-01-01"}, "length": {"far"}}); a.status != http.StatusUnprocessableEntity ||
			!strings.Contains(a.body, "has not come yet") || !strings.Contains(a.body, "Write the distance") {
			t.Errorf("a wrong race: got %d", a.status)
		}
		if a := b.decide(draft, "race", url.Values{"race": {"Bay Run"}, "held": {"2026-03-08"}, "length": {"10 km"}}); a.status != http.StatusSeeOther {
			t.Fatalf("race: got %d", a.status)
		}
		text := b.get(draft).text(t)
		for _, words := range []string{"3 rows", "1 new", "1 matched", "1 error", "the same name and club", "personal data, left out", "Import 2 rows"} {
			if !strings.Contains(text, words) {
				t.Errorf("the preview does not say %q: %s", words, text)
			}
		}
		rest := b.get(draft + "/rest")
		if !strings.Contains(rest.body, "Broken CLOCK") || strings.Contains(rest.body, "KHUMALO") ||
			!strings.HasPrefix(rest.header.Get("Content-Disposition"), "attachment; ") {
			t.Errorf("the rest: %q %q", rest.header, rest.body)
		}
		// A cell is edited in place.
		form := b.get(draft + "?line=4").doc(t).Find("#row")
		if form.Find("#cell-time").AttrOr("value", "") != "25:61:61" {
			t.Errorf("the row's form: %s", form.Text())
		}
		b.decide(draft, "row", url.Values{"line": {"4"}, "cell-time": {"43:00"}, "was-time": {"25:61:61"}, "back": {draft}})
		if a := b.commitShown(draft); a.header.Get("Location") != importsPath+"?done=stored" {
			t.Fatalf("commit: got %d to %q", a.status, a.header.Get("Location"))
		}
		if text := b.get("/runners/1").text(t); !strings.Contains(text, "Bay Run") || !strings.Contains(text, "0:41:00") {
			t.Errorf("the runner's page: %s", text)
		}
		if text := b.get("/runners?q=broken+clock").text(t); !strings.Contains(text, "Broken Clock") {
			t.Errorf("the search: %s", text)
		}
		// The history of each record says which import it came with.
		found := b.get("/runners?q=broken+clock").doc(t).Find("main a[href^='/runners/']").First().AttrOr("href", "")
		id, err := strconv.ParseInt(strings.TrimPrefix(found, "/runners/"), 10, 64)
		if err != nil {
			t.Fatalf("the search leads to %q", found)
		}
		performances, err := s.db.Performances(t.Context(), id)
		if err != nil || len(performances) != 1 {
			t.Fatalf("got %v, %v", performances, err)
		}
		for _, page := range []string{"/admin" + found, fmt.Sprintf("/admin/results/%d", performances[0].Result.ID)} {
			if text := b.get(page).text(t); !strings.Contains(text, "came with") || !strings.Contains(text, "i>.csv") {
				t.Errorf("the history on %s: %s", page, text)
			}
		}
		undo := b.get(importsPath).doc(t).Find("form[action$='/undo']").AttrOr("action", "")
		if a := b.post(undo, b.get(importsPath).fill(t, undo, nil)); a.header.Get("Location") != importsPath+"?done=undone" {
			t.Errorf("undo: got %d to %q", a.status, a.header.Get("Location"))
		}
		if text := b.get("/runners/1").text(t); strings.Contains(text, "Bay Run") {
			t.Errorf("the runner's page after undoing: %s", text)
		}
		if a := b.get(draft); a.status != http.StatusNotFound {
			t.Errorf("the draft after the import: got %d", a.status)
		}
		if s.log.contains("canary@example.org") || s.log.contains("MOLEFE") {
			t.Error("the log names somebody of the sheet")
		}
	})
}

// How to reach runners is kept where that is asked for, which is noted; nobody
// but those who are signed in sees it.
func TestContactsComeWithASheet(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn()
		draft := b.uploadWith(map[string]string{"contacts": "1"}, "Bay Run 10km 2026-03-08.csv", sheetOfResults).header.Get("Location")
		preview := b.get(draft)
		if text := preview.text(t); !strings.Contains(text, "with e-mail address") || strings.Contains(text, "personal data, left out") {
			t.Errorf("the preview: %s", text)
		}
		if chosen := preview.doc(t).Find("select[name=column-F] option[selected]").AttrOr("value", ""); chosen != "email" {
			t.Errorf("column F holds %q", chosen)
		}
		if a := b.commitShown(draft); a.header.Get("Location") != importsPath+"?done=stored" {
			t.Fatalf("commit: got %d to %q", a.status, a.header.Get("Location"))
		}
		if text := b.get(importsPath).text(t); !strings.Contains(text, "how to reach 2 runners") {
			t.Errorf("the list of imports: %s", text)
		}
		if text := b.get("/admin/runners/1").text(t); !strings.Contains(text, "canary@example.org") {
			t.Errorf("the runner's record: %s", text)
		}
		if text := b.get("/admin/audit?kind=import").text(t); !strings.Contains(text, "Contacts: true") {
			t.Errorf("the audit log: %s", text)
		}
		stranger := s.browser(t)
		for _, path := range []string{"/runners/1", "/runners/1/export", "/races/1", "/api/v1/runners/1"} {
			if strings.Contains(stranger.get(path).body, "canary@example.org") {
				t.Errorf("%s shows it", path)
			}
		}
		if s.log.contains("canary@example.org") {
			t.Error("the log shows it")
		}
	})
}

// Two who decide about one sheet: the second is told.
func TestTwoDecide(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		b.signIn()
		draft := b.uploadFile("bay.csv", sheetOfResults).header.Get("Location")
		form := url.Values{"part": {"race"}, "race": {"Bay Run"}, "held": {"2026-03-08"}, "length": {"10 km"}}
		doc := b.get(draft).doc(t)
		for _, name := range []string{"form_token", "version"} {
			form.Set(name, doc.Find("input[name="+name+"]").Last().AttrOr("value", ""))
		}
		if a := b.post(draft, form); a.status != http.StatusSeeOther {
			t.Fatalf("got %d", a.status)
		}
		if a := b.post(draft, form); a.status != http.StatusConflict {
			t.Errorf("the same version again: got %d, want 409", a.status)
		}
		shown := b.get(draft).fill(t, draft+"/commit", nil)
		// Meanwhile somebody adds the newcomer by hand.
		s.exec(t, "UPDATE runners SET name = 'Newcomer Molefe', search_key = 'newcomer molefe' WHERE id = "+strconv.Itoa(none))
		s.exec(t, "UPDATE revisions SET number = number + 1 WHERE name = 'runners'")
		refused := b.post(draft+"/commit", shown)
		if refused.status != http.StatusUnprocessableEntity || !strings.Contains(refused.text(t), "the records have changed since you looked") {
			t.Errorf("commit of an old preview: got %d, want 422 and why", refused.status)
		}
		if now := refused.fill(t, draft+"/commit", nil).Get("shown"); now == shown.Get("shown") || now == "" {
			t.Errorf("the page shows the old preview: %q", now)
		}
		discard := b.get(draft).fill(t, draft+"/discard", nil)
		if a := b.post(draft+"/discard", discard); a.header.Get("Location") != importsPath+"?done=discarded" {
			t.Errorf("discard: got %d to %q", a.status, a.header.Get("Location"))
		}
	})
}

// A long sheet goes on as a job, which is started once.
func TestLongSheetsAreJobs(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	b.signIn()
	long := "Pos,Name,Time\n" + strings.Repeat("1,Ann Abe,40:00\n", 3001)
	draft := b.uploadFile("Bay Run 10km 2026-03-08.csv", long).header.Get("Location")
	if rows := b.get(draft).doc(t).Find(".draft-rows tbody tr").Length(); rows != 100 {
		t.Errorf("got %d rows on a page", rows)
	}
	if a := b.commitShown(draft); a.header.Get("Location") != importsPath+"?done=started" {
		t.Errorf("got %d to %q", a.status, a.header.Get("Location"))
	}
	if a := b.commitShown(draft); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.text(t), "being imported already") {
		t.Errorf("again: got %d, want 422 and why", a.status)
	}
	if text := b.get("/admin/jobs").text(t); !strings.Contains(text, "Import Bay Run 10km 2026-03-08.csv") {
		t.Errorf("the job is not listed: %s", text)
	}
}

// What was chosen for a column is remembered for the next sheet of its kind.
func TestColumnsAreChosen(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	b.signIn()
	const odd = "Pos,Name,Time,Lap\n1,Ann Abe,41:00,40:00\n2,Ben Abe,42:00,41:30\n"
	draft := b.uploadFile("odd.csv", odd).header.Get("Location")
	b.decide(draft, "race", url.Values{"race": {"Bay Run"}, "held": {"2026-03-08"}, "length": {"10 km"}})
	choice := url.Values{"column-A": {"position"}, "column-B": {"name"}, "column-C": {"skip"}, "column-D": {"net"}}
	if a := b.decide(draft, "columns", choice); a.status != http.StatusSeeOther {
		t.Fatalf("got %d", a.status)
	}
	if text := b.get(draft).text(t); !strings.Contains(text, "0:40:00") || strings.Contains(text, "1 Ann Abe 0:41:00") {
		t.Errorf("got %s", text)
	}
	if a := b.commitShown(draft); a.status != http.StatusSeeOther {
		t.Fatalf("commit: got %d", a.status)
	}
	next := b.uploadFile("odd2.csv", odd).header.Get("Location")
	if text := b.get(next).text(t); !strings.Contains(text, "0:41:30") || strings.Contains(text, "0:42:00") {
		t.Errorf("the choice was forgotten: %s", text)
	}
	if a := b.decide(next, "columns", url.Values{"column-B": {"skip"}}); a.status != http.StatusSeeOther {
		t.Errorf("got %d", a.status)
	}
	if text := b.get(next).text(t); !strings.Contains(text, "no names") {
		t.Errorf("without names: %s", text)
	}
}

// R026, R028, R069, R072: what is no sheet, or too much, is refused in words.
func TestUploadsAreRefused(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	b.signIn()
	for name, test := range map[string]struct {
		file, content string
		status        int
		words         string
	}{
		"a PDF":         {"x.pdf", "%PDF-1.7", http.StatusUnprocessableEntity, "This is a PDF"},
		"nothing":       {"x.csv", "", http.StatusUnprocessableEntity, "The file is empty"},
		"no file":       {"", "", http.StatusUnprocessableEntity, "Choose a file first"},
		"text as Excel": {"x.xlsx", "Pos,Name,Time", http.StatusUnprocessableEntity, "name it .csv"},
		"too large":     {"x.csv", strings.Repeat("a", sheets.MaxBytes+1), http.StatusUnprocessableEntity, "larger than 16 MB"},
	} {
		if a := b.uploadFile(test.file, test.content); a.status != test.status || !strings.Contains(a.body, test.words) {
			t.Errorf("%s: got %d, want %d and %q\n%.300s", name, a.status, test.status, test.words, a.body)
		}
	}
	token := b.get("/profile").fill(t, "/logout", nil).Get("form_token")
	part := "--b\r\nContent-Disposition: form-data; name=\"form_token\"\r\n\r\n" + token + "\r\n"
	for name, test := range map[string]struct {
		kind, body string
		status     int
	}{
		"no boundary":    {"multipart/form-data", part, http.StatusBadRequest},
		"cut short":      {"multipart/form-data; boundary=b", part, http.StatusBadRequest},
		"many parts":     {"multipart/form-data; boundary=b", strings.Repeat(part, 3000) + "--b--\r\n", http.StatusBadRequest},
		"many headers":   {"multipart/form-data; boundary=b", "--b\r\n" + strings.Repeat("X: y\r\n", 20_000) + "\r\nx\r\n--b--\r\n", http.StatusBadRequest},
		"no token":       {"multipart/form-data; boundary=b", "--b\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\ny\r\n--b--\r\n", http.StatusForbidden},
		"another kind":   {"multipart/mixed; boundary=b", part + "--b--\r\n", http.StatusUnsupportedMediaType},
		"without a file": {"multipart/form-data; boundary=b", part + "--b--\r\n", http.StatusUnprocessableEntity},
	} {
		if a := b.send(http.MethodPost, importsPath, test.body, "Content-Type: "+test.kind); a.status != test.status {
			t.Errorf("%s: got %d, want %d", name, a.status, test.status)
		}
	}
	// More than a sheet may have is refused by its length, and who has not signed
	// in may send no more than any form may.
	cookie := b.sessionCookie()
	for name, head := range map[string]string{
		"much too large": importsPath + " HTTP/1.1\r\nCookie: " + cookie.Name + "=" + cookie.Value + "\r\nContent-Length: 20000000",
		"elsewhere":      "/profile/password HTTP/1.1\r\nCookie: " + cookie.Name + "=" + cookie.Value + "\r\nContent-Length: 300000",
		"a stranger":     importsPath + " HTTP/1.1\r\nContent-Length: 300000",
		"a forged one":   importsPath + " HTTP/1.1\r\nCookie: " + cookie.Name + "=x" + cookie.Value[1:] + "\r\nContent-Length: 300000",
		"without length": importsPath + " HTTP/1.1\r\nCookie: " + cookie.Name + "=" + cookie.Value + "\r\nTransfer-Encoding: chunked",
	} {
		body := ""
		if name == "without length" {
			body = chunks(262_145)
		}
		wire := s.wire(t, "POST "+head+"\r\nHost: x\r\nContent-Type: multipart/form-data; boundary=b\r\n\r\n"+body)
		if !strings.HasPrefix(wire, "HTTP/1.1 413 ") {
			t.Errorf("%s: got %.100q, want 413", name, wire)
		}
	}
}

// twoDrafts lets there be sheets to look at, and the table of who may try.
func (s *site) twoDrafts(t *testing.T) {
	t.Helper()
	for range 2 {
		if _, err := imports.Begin(t.Context(), s.db, imports.Upload{Name: "bay.csv", Data: []byte(sheetOfResults)}, queries.Actor{Name: "test", At: s.clock.now()}); err != nil {
			t.Fatal(err)
		}
	}
}
