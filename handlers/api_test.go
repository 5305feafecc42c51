package handlers_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/gorillamux"
	"github.com/google/go-cmp/cmp"

	"runnerdb/club"
	"runnerdb/predictions"
	"runnerdb/sheets"
)

const api = "/api/v1"

// document is what the server says of its addresses for programs.
func document(t *testing.T) (*openapi3.T, routers.Router) {
	t.Helper()
	file, err := os.ReadFile("openapi.json")
	if err != nil {
		t.Fatal(err)
	}
	doc, err := openapi3.NewLoader().LoadFromData(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.Validate(t.Context()); err != nil {
		t.Fatal(err)
	}
	router, err := gorillamux.NewRouter(doc)
	if err != nil {
		t.Fatal(err)
	}
	return doc, router
}

// The document has every route for programs and every file of everybody, and no
// other.
func TestTheDocumentHasEveryRoute(t *testing.T) {
	t.Parallel()
	doc, _ := document(t)
	s := newSite(t, "sqlite", emptied)
	if a := s.browser(t).get(api + "/openapi.json"); a.status != http.StatusOK {
		t.Fatalf("got %d", a.status)
	}
	var routes []string
	for _, route := range s.server.App().GetRoutes(true) {
		file := strings.HasSuffix(route.Path, "/export") && !strings.HasPrefix(route.Path, "/admin")
		if (file || strings.HasPrefix(route.Path, "/api")) && route.Method != http.MethodHead {
			if route.Method != http.MethodGet {
				t.Errorf("%s %s changes something", route.Method, route.Path)
			}
			routes = append(routes, strings.ReplaceAll(route.Path, ":id", "{id}"))
		}
	}
	slices.Sort(routes)
	if diff := cmp.Diff(slices.Sorted(maps.Keys(doc.Paths.Map())), routes); diff != "" {
		t.Errorf("document and routes differ:\n%s", diff)
	}
}

// apiPaths are addresses for programs, and of files, with the status of the
// answer.
var apiPaths = map[string]int{
	api + "/openapi.json":                             200,
	api + "/search?q=karabo":                          200,
	api + "/search?q=peninsula+2020":                  200,
	api + "/search":                                   200,
	api + "/search?q=%00":                             400,
	api + "/runners/1":                                200,
	api + "/runners/6":                                200,
	api + "/runners/10":                               200,
	api + "/runners/16":                               200,
	api + "/runners/9":                                404,
	api + "/runners/999":                              404,
	api + "/runners/1/prediction":                     200,
	api + "/runners/1/prediction?goal=4:00":           200,
	api + "/runners/1/prediction?goal=soon":           422,
	api + "/runners/1/prediction?goal=0:10":           422,
	api + "/runners/1/prediction?distance=42k":        200,
	api + "/runners/1/prediction?distance=21k":        200,
	api + "/runners/1/prediction?distance=1k":         404,
	api + "/runners/5/prediction":                     200,
	api + "/runners/6/prediction":                     200,
	api + "/runners/14/prediction":                    200,
	api + "/runners/15/prediction":                    200,
	api + "/runners/9/prediction":                     404,
	api + "/races/1":                                  200,
	api + "/races/1?sex=M&category=Senior&club=Langa": 200,
	api + "/races/1?page=2":                           200,
	api + "/races/999":                                404,
	api + "/boards":                                   200,
	api + "/boards?board=most":                        200,
	api + "/boards?board=improved":                    200,
	api + "/boards?board=fastest&distance=42k&sex=M":  200,
	api + "/boards?board=none":                        404,
	"/runners/export?q=karabo":                        200,
	"/runners/export":                                 200,
	"/runners/export?q=%00":                           400,
	"/runners/1/export":                               200,
	"/runners/9/export":                               404,
	"/runners/1/prediction/export?goal=4:00":          200,
	"/runners/1/prediction/export?goal=soon":          422,
	"/runners/1/prediction/export?distance=1k":        404,
	"/runners/6/prediction/export":                    200,
	"/runners/9/prediction/export":                    404,
	"/races/1/export?format=xlsx":                     200,
	"/races/1/export?format=pdf":                      404,
	"/boards/export?board=improved":                   200,
	"/records/export":                                 200,
	"/records/history/export?distance=42k&sex=M":      200,
	"/records/history/export?distance=42k":            404,
}

// Real answers are as the document has them.
func TestAnswersAreAsDocumented(t *testing.T) {
	t.Parallel()
	knowFiles()
	_, router := document(t)
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		for path, want := range apiPaths {
			a := b.get(path)
			if a.status != want {
				t.Errorf("%s: got %d, want %d:\n%.300s", path, a.status, want, a.body)
			}
			checkDocumented(t, router, path, a)
			checkVary(t, path, a)
			if cache := a.header.Get("Cache-Control"); want == 200 && cache != "no-cache" || want != 200 && cache != "no-store" {
				t.Errorf("%s: Cache-Control: got %q", path, cache)
			}
			for _, private := range []string{"Secret Runner", "canary-licence", "1982-02-03", "birth", "licence\""} {
				if strings.Contains(a.body, private) && path != api+"/openapi.json" {
					t.Errorf("%s holds %q", path, private)
				}
			}
			if want != http.StatusOK {
				continue
			}
			if again := b.get(path, "If-None-Match: "+a.header.Get("ETag")); again.status != http.StatusNotModified {
				t.Errorf("%s once more: got %d, want 304", path, again.status)
			}
		}
	})
}

// knowFiles teaches the checker to read what is neither JSON nor CSV.
var knowFiles = sync.OnceFunc(func() {
	for _, kind := range []string{"text/html", sheets.XLSX.ContentType()} {
		openapi3filter.RegisterBodyDecoder(kind, openapi3filter.FileBodyDecoder)
	}
})

func checkDocumented(t *testing.T, router routers.Router, path string, a answer) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://runners.example.org"+path, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	route, params, err := router.FindRoute(request)
	if err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	input := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: &openapi3filter.RequestValidationInput{Request: request, PathParams: params, Route: route},
		Status:                 a.status,
		Header:                 a.header,
		Body:                   io.NopCloser(bytes.NewReader([]byte(a.body))),
		Options:                &openapi3filter.Options{IncludeResponseStatus: true},
	}
	if err := openapi3filter.ValidateResponse(t.Context(), input); err != nil {
		t.Errorf("%s: %v\n%.500s", path, err, a.body)
	}
}

func (a answer) json(t *testing.T, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(a.body), into); err != nil {
		t.Fatalf("got %d, %v:\n%.300s", a.status, err, a.body)
	}
}

// Same data, same answer: the prediction for programs is what the page says.
func TestTheAnswerIsThePages(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		for _, id := range []int{karabo, lethabo, bandile, two, three, five} {
			var answer struct {
				predictions.Answer
				Goal struct{ Chance float64 }
			}
			b.get(fmt.Sprintf("%s/runners/%d/prediction", api, id)).json(t, &answer)
			shown := b.get(runnerPath(id)).doc(t).Find("article.panel dl.forecast dd")
			if got := shown.Eq(0).Text(); !strings.Contains(got, answer.Time) || answer.Time == "" {
				t.Errorf("runner %d: the page says %q, the answer %q", id, got, answer.Time)
			}
			if got := shown.Eq(1).Text(); got != answer.Lo95+" to "+answer.Hi95 {
				t.Errorf("runner %d: the page says %q, the answer %s to %s", id, got, answer.Lo95, answer.Hi95)
			}
			b.get(fmt.Sprintf("%s/runners/%d/prediction?goal=%s", api, id, url.QueryEscape(answer.Hi95))).json(t, &answer)
			if answer.Goal.Chance < 0.9 || answer.Goal.Chance > 1 {
				t.Errorf("runner %d: the chance to beat the upper limit is %v", id, answer.Goal.Chance)
			}
		}
	})
}

// Leafing through a race gives every result once; who is hidden has no name.
func TestLeafingThroughARace(t *testing.T) {
	t.Parallel()
	onBoth(t, func(t *testing.T, s *site) {
		b := s.browser(t)
		next, seen, withheld := api+"/races/1", 0, 0
		for next != "" {
			var page struct {
				Results []struct {
					Name   string `json:"name"`
					Runner string `json:"runner_url"`
				} `json:"results"`
				Next string `json:"next_url"`
			}
			b.get(next).json(t, &page)
			for _, r := range page.Results {
				seen++
				if r.Runner == "" {
					withheld++
					if r.Name != club.NameWithheld {
						t.Errorf("a runner without a number is called %q", r.Name)
					}
				} else if a := b.get(r.Runner); a.status != http.StatusOK {
					t.Errorf("%s: got %d", r.Runner, a.status)
				}
			}
			next = page.Next
		}
		if want := len(b.get("/races/1/export").rowsOf(t)) - 1; seen != want || withheld != 1 {
			t.Errorf("got %d results, %d of them without a name; want %d, 1", seen, withheld, want)
		}
	})
}

// R012, R095: an error for programs is JSON, names the request, and says
// nothing of the inside; no other site may read any of it.
func TestErrorsForPrograms(t *testing.T) {
	t.Parallel()
	s := newSite(t, "sqlite")
	b := s.browser(t)
	broken := b.get(api + "/nowhere")
	for _, a := range []answer{broken, b.post(api+"/search", nil), b.get(api + "/runners/x"), b.fragment(api + "/runners/999")} {
		var problem struct {
			Title, Detail string
			Status        int
			RequestID     string `json:"request_id"`
		}
		a.json(t, &problem)
		if a.header.Get("Content-Type") != "application/problem+json; charset=utf-8" || problem.Status != a.status ||
			problem.Title == "" || problem.Detail == "" || !s.log.contains(problem.RequestID) || problem.RequestID == "" {
			t.Errorf("got %d, %q, %s", a.status, a.header.Get("Content-Type"), a.body)
		}
	}
	s.exec(t, "ALTER TABLE runners RENAME TO gone")
	a := b.get(api + "/runners/3")
	if a.status != http.StatusInternalServerError || strings.Contains(a.body, "runners") || !strings.HasPrefix(a.body, "{") {
		t.Errorf("got %d, %s", a.status, a.body)
	}
	for name := range b.get(api+"/search?q=k", "Origin: https://evil.example").header {
		if strings.HasPrefix(name, "Access-Control-") {
			t.Errorf("other sites get %s", name)
		}
	}
}
