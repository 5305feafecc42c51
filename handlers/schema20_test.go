package handlers_test

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"runnerdb/accounts"
	"runnerdb/jobs"
	"runnerdb/queries"
	"runnerdb/queries/querytest"
)

// onSchema20 runs a test on a site whose database comes from the last program
// with schema 20, migrated, at the time when that program stopped.
func onSchema20(t *testing.T, test func(t *testing.T, s *site)) {
	t.Helper()
	for _, engine := range querytest.Engines {
		t.Run(string(engine), func(t *testing.T) {
			t.Parallel()
			location, at := querytest.Schema20(t, engine)
			if _, err := querytest.Open(t, location).Migrate(t.Context()); err != nil {
				t.Fatal(err)
			}
			s := serveSite(t, location)
			s.clock.forward(time.Until(at))
			test(t, s)
		})
	}
}

// schema20Editor signs in as the fixture's editor, with the old password.
func schema20Editor(t *testing.T, s *site) *browser {
	t.Helper()
	b := s.browser(t)
	if a := b.trySignIn(querytest.Schema20Editor, querytest.Schema20Password); a.header.Get("Location") != "/profile" {
		t.Fatalf("sign in: got %d to %q", a.status, a.header.Get("Location"))
	}
	return b
}

func TestSchema20Pages(t *testing.T) {
	t.Parallel()
	onSchema20(t, func(t *testing.T, s *site) {
		b := schema20Editor(t, s)
		for path, want := range map[string]string{
			"/": "Gugulethu Athletic Club", "/runners?q=nommie": "Nomsa Kept", "/runners/1": "Lethabo Ndlovu", "/races/208": "Club Night",
			"/records": "Marathon", "/boards?distance=10k&sex=M": "0:", "/accuracy": "predictions", "/admin/runners?q=kept": "Nomsa Kept",
			"/admin/races?q=night": "Club Night", "/admin/bin": "Gone Runner", "/admin/imports": "Lagoon 10km.csv",
			"/admin/jobs": "The sheet has been imported or discarded.", "/admin/runners/204": "nomsa@example.org",
		} {
			if a := b.get(path); a.status != http.StatusOK || !strings.Contains(a.text(t), want) {
				t.Errorf("%s: got %d without %q: %.600s", path, a.status, want, a.text(t))
			}
		}
	})
}

// An owner's second factor still stands, its recovery codes work, and the audit
// log can be read.
func TestSchema20SecondFactor(t *testing.T) {
	t.Parallel()
	onSchema20(t, func(t *testing.T, s *site) {
		app, b := phone{querytest.Schema20Secret, s.clock}, s.browser(t)
		for _, code := range []string{app.next(t), querytest.Schema20RecoveryCode} {
			a := b.trySignIn(querytest.Schema20Owner, querytest.Schema20Password)
			next := a.header.Get("Location")
			if !strings.HasPrefix(next, "/login/code?next=") {
				t.Fatalf("password: got %d to %q", a.status, next)
			}
			if a := b.post("/login/code", b.get(next).fill(t, "/login/code", url.Values{"code": {code}})); a.status != http.StatusSeeOther || !b.signedIn() {
				t.Errorf("code %q: got %d", code, a.status)
			}
			if log := b.get("/admin/audit").text(t); !strings.Contains(log, "Nokuthula Khumalo-Dlamini") || strings.Contains(log, "Erased Person") {
				t.Errorf("the audit log: %.900s", log)
			}
			b.post("/logout", b.get("/profile").fill(t, "/logout", nil))
		}
	})
}

func TestSchema20PersonExport(t *testing.T) {
	t.Parallel()
	onSchema20(t, func(t *testing.T, s *site) {
		b := schema20Editor(t, s)
		const path = "/admin/runners/204"
		a := b.post(path+"/export", b.get(path).fill(t, path+"/export", nil))
		if a.status != http.StatusOK || !json.Valid([]byte(a.body)) {
			t.Fatalf("got %d: %.300s", a.status, a.body)
		}
		for _, want := range []string{"Nomsa Kept", "Nommie Mthembu", "1988-04-12", "WPA 70011", "nomsa@example.org", "Sipho Mthembu", "Bay Run"} {
			if !strings.Contains(a.body, want) {
				t.Errorf("the export does not hold %q:\n%s", want, a.body)
			}
		}
	})
}

// What lies in the bin is restored under its old number.
func TestSchema20Undo(t *testing.T) {
	t.Parallel()
	onSchema20(t, func(t *testing.T, s *site) {
		b := schema20Editor(t, s)
		if a := b.get("/runners/209"); a.status != http.StatusNotFound {
			t.Fatalf("a deleted runner: got %d", a.status)
		}
		for left := b.get("/admin/bin"); ; left = b.get("/admin/bin") {
			forms := left.doc(t).Find("form[action='/admin/restore']")
			if forms.Length() == 0 {
				break
			}
			values := url.Values{}
			for _, input := range forms.First().Find("input[name]").EachIter() {
				values.Set(input.AttrOr("name", ""), input.AttrOr("value", ""))
			}
			if a := b.post("/admin/restore", values); a.status != http.StatusSeeOther {
				t.Fatalf("restore %v: got %d: %.600s", values, a.status, a.text(t))
			}
		}
		for path, want := range map[string]string{
			"/runners/209": "Gone Runner", "/admin/runners?q=lettie": "Lettie Ndlovu-Dube", "/admin/races?q=cancelled": "Cancelled Night",
		} {
			if a := b.get(path); a.status != http.StatusOK || !strings.Contains(a.text(t), want) {
				t.Errorf("%s: got %d without %q", path, a.status, want)
			}
		}
	})
}

// A sheet that waited is imported with what was decided about it.
func TestSchema20Draft(t *testing.T) {
	t.Parallel()
	onSchema20(t, func(t *testing.T, s *site) {
		b := schema20Editor(t, s)
		const draft = importsPath + "/5"
		results := len(s.stored(t)["results"])
		if a := b.commitShown(draft); a.header.Get("Location") != importsPath+"?done=stored" {
			t.Fatalf("commit: got %d to %q", a.status, a.header.Get("Location"))
		}
		if text := b.get("/runners?q=draft+newcomer").text(t); !strings.Contains(text, "Draft Newcomer") {
			t.Errorf("the import is not found: %s", text)
		}
		if got := len(s.stored(t)["results"]); got != results+2 {
			t.Errorf("%d results added, want the newcomer's and that of the spelling that was decided", got-results)
		}
	})
}

// Predictions are answered from what was learned, and jobs that were cut off go
// on: the sheet is imported once, and the results are learned from anew.
func TestSchema20LearnedStateAndJobs(t *testing.T) {
	t.Parallel()
	onSchema20(t, func(t *testing.T, s *site) {
		b := schema20Editor(t, s)
		before := b.get(api + "/runners/1/prediction?distance=42k")
		if before.status != http.StatusOK || !strings.Contains(before.body, `"method":"arima"`) {
			t.Errorf("prediction: got %d: %.500s", before.status, before.body)
		}
		results := len(s.stored(t)["results"])
		own, asked := jobs.New(s.db, slog.New(slog.DiscardHandler), schema20Rhythm), jobs.New(s.db, slog.New(slog.DiscardHandler), schema20Rhythm)
		sealer := accounts.NewSealer(testKeys, queries.SuppressionPurpose)
		jobs.HandleOwn(own, &sealer, s.clock.now)
		jobs.HandleAsked(asked, &sealer, s.clock.now)
		ctx, stop := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			jobs.Group{own, asked}.Run(ctx)
		}()
		for _, id := range []int64{5, 6, 7} {
			awaitJob(t, s.db, id)
		}
		stop()
		<-done
		if got := len(s.stored(t)["results"]); got != results+3010 {
			t.Errorf("the sheet that was cut off: %d results added, want 3010", got-results)
		}
	})
}

var schema20Rhythm = jobs.Rhythm{Poll: 10 * time.Millisecond, Beat: 50 * time.Millisecond, Lease: 10 * time.Second, Chores: time.Minute}

// awaitJob waits until a job is done.
func awaitJob(t *testing.T, db *queries.DB, id int64) {
	t.Helper()
	for {
		job, err := db.Job(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		if job.State == queries.JobDone {
			return
		}
		if job.Ended() {
			t.Fatalf("job %d: %s: %s", id, job.State, job.Result)
		}
		select {
		case <-t.Context().Done():
			t.Fatal(t.Context().Err())
		case <-time.After(20 * time.Millisecond):
		}
	}
}
