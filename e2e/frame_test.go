package e2e

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/page"
)

func TestAForeignPageCanNotFrameTheSite(t *testing.T) {
	aSite(t, func(t *testing.T, s *site) {
		mux := http.NewServeMux()
		mux.HandleFunc("/own", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("own words")) })
		mux.HandleFunc("/", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "text/html")
			_, _ = fmt.Fprintf(w, `<title>foreign</title><link rel=icon href=data:,><iframe src=/own></iframe>`+
				`<iframe src=%[1]s/></iframe><iframe src=%[1]s/login></iframe><iframe src=%[1]s/nothing></iframe>`, s.url)
		})
		foreign := httptest.NewServer(mux)
		t.Cleanup(foreign.Close)

		b := open(t, &site{url: foreign.URL})
		b.watch.expect(s.url) // its requests, and that the browser refuses to show the answers
		b.watch.expect("status of 404")
		b.visit("/")
		frames := call(b, page.GetFrameTree, cdp.Empty{}).FrameTree.ChildFrames
		if len(frames) != 4 {
			t.Fatalf("%d frames, want 4", len(frames))
		}
		if own := frames[0].Frame; own.URL != foreign.URL+"/own" {
			t.Errorf("the page's own frame shows %s: the test can't tell anything", own.URL)
		}
		for _, frame := range frames[1:] {
			if f := frame.Frame; f.UnreachableURL == "" || f.URL != "chrome-error://chromewebdata/" {
				t.Errorf("a frame on another site shows %s", f.URL)
			}
		}
	})
}
