package handlers_test

import (
	"context"
	"io"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"runnerdb/metrics"
)

// R096, R108: of a request that can't be read the log tells kind, size and
// address; nothing that was sent is in the log, the metrics or the answer.
func TestUnreadableRequestsLeaveNothing(t *testing.T) {
	t.Parallel()
	var meter *metrics.Metrics
	s := newSite(t, "sqlite", func(p *setup) {
		if p.config.DB == nil {
			return // there is no site yet
		}
		meter = metrics.New(p.config.DB, "test", "test")
		p.config.Metrics = meter
	})
	const (
		line   = "POST /invite/canary-token?password=canary-query HTTP/1.1\r\n"
		head   = "Host: canary-host\r\nCookie: runnerdb=canary-cookie\r\nAuthorization: Bearer canary-bearer\r\nReferer: http://x/invite/canary-referer\r\n"
		form   = "Content-Type: application/x-www-form-urlencoded\r\n"
		body   = "email=canary@example.org&password=canary-password"
		length = "Content-Length: 49\r\n"
	)
	chunked := line + head + form + "Transfer-Encoding: chunked\r\n\r\n"
	requests := map[string]string{
		"cut off in the line":        "POST /invite/canary-token",
		"cut off in the head":        line + head + "X-Canary: canary",
		"cut off before the body":    line + head + form + length + "\r\n",
		"cut off in the body":        line + head + form + length + "\r\n" + body[:40],
		"cut off in a chunk":         chunked + "31\r\n" + body[:40],
		"no version":                 "POST /invite/canary-token\r\n" + head + "\r\n",
		"unknown version":            "POST /invite/canary-token HTTP/canary\r\n" + head + "\r\n",
		"HTTP/1.9":                   "POST /invite/canary-token HTTP/1.9\r\n" + head + length + "\r\n" + body,
		"unknown method":             "CANARY /invite/canary-token HTTP/1.1\r\n" + head + length + "\r\n" + body,
		"no method":                  " /invite/canary-token HTTP/1.1\r\n" + head + "\r\n",
		"control character in line":  "POST /invite/canary-token\x01 HTTP/1.1\r\n" + head + "\r\n",
		"bad authority":              "GET http://canary-host:canary/ HTTP/1.1\r\n" + head + "\r\n",
		"bad header":                 line + head + "canary-name canary-value\r\n\r\n",
		"NUL in a header":            line + head + "X-Canary: canary\x00\r\n\r\n",
		"space before the colon":     line + head + "Content-Length : 49\r\n\r\n" + body,
		"bare LF":                    strings.ReplaceAll(line+head, "\r\n", "\n") + "\n",
		"folded":                     line + head + "X-Canary: a\r\n canary-folded\r\n\r\n",
		"two lengths":                line + head + length + "Content-Length: 0\r\n\r\n" + body,
		"length that is none":        line + head + "Content-Length: canary-length\r\n\r\n" + body,
		"unknown encoding":           line + head + "Transfer-Encoding: canary-encoding\r\n\r\n" + body,
		"broken chunk":               chunked + "canary-chunk\r\n" + body,
		"chunk longer than it says":  chunked + "2\r\n" + body,
		"bad trailer":                chunked + "0\r\ncanary-trailer canary\r\n\r\n",
		"long head":                  line + head + "X-Canary: " + strings.Repeat("canary", 4000) + "\r\n\r\n",
		"long body":                  line + head + form + "Content-Length: 300000\r\n\r\n" + body,
		"smuggled":                   line + head + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /invite/canary-smuggled HTTP/1.1\r\nHost: x\r\n\r\n",
		"no request":                 body,
		"TLS":                        "\x16\x03\x01\x02\x00\x01\x00\x01\xfccanary-hello",
		"two hosts":                  line + head + "Host: canary-other\r\n\r\n",
		"address that is nowhere":    "GET /invite/canary-token/nowhere HTTP/1.1\r\n" + head + "\r\n",
		"another method for a token": "POST /runners/canary-token HTTP/1.1\r\n" + head + "\r\n",
	}
	for name, request := range requests {
		if answer := s.wire(t, request); strings.Contains(strings.ToLower(answer), "canary") {
			t.Errorf("%s: the answer tells: %q", name, answer)
		}
	}
	log := s.log.String()
	if at := strings.Index(strings.ToLower(log), "canary"); at >= 0 {
		t.Errorf("the log tells: …%s…", log[max(0, at-300):min(len(log), at+100)])
	}
	told := regexp.MustCompile(`"error":"(malformed|cut off|head too long|body too long): \d+ bytes from 127\.0\.0\.1"`)
	if got := len(told.FindAllString(log, -1)); got < 15 {
		t.Errorf("the log tells kind, size and address of %d requests, too few:\n%s", got, log)
	}
	scrape := httptest.NewRecorder()
	meter.Handler().ServeHTTP(scrape, httptest.NewRequestWithContext(context.Background(), "GET", "/metrics", nil))
	text, err := io.ReadAll(scrape.Body)
	if err != nil || len(text) == 0 || strings.Contains(strings.ToLower(string(text)), "canary") {
		t.Errorf("the metrics tell, or are none: %.300s, %v", text, err)
	}
}
