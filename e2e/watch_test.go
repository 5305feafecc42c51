package e2e

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
)

const (
	breachBinding  = "reportBreach"
	reportBreaches = `document.addEventListener('securitypolicyviolation', event =>
		window.` + breachBinding + `([event.documentURI, event.violatedDirective, event.blockedURI, event.sample].join(' ')));`
)

// watch writes down what goes on behind a page; a breach of the policy is a
// fault in every test (R002).
type watch struct {
	origin string

	mu       sync.Mutex
	faults   []string
	expected []string
	requests []string
	received float64
}

// see gets every event of a tab, in order.
func (w *watch) see(event any) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventBindingCalled:
		if e.Name == breachBinding {
			w.fault("breach of the Content-Security-Policy: %s", e.Payload)
		}
	case *runtime.EventExceptionThrown:
		w.fault("uncaught exception: %s %s", e.ExceptionDetails.Text, e.ExceptionDetails.Exception.Description)
	case *runtime.EventConsoleAPICalled:
		if e.Type == runtime.ConsoleAPICalledTypeError || e.Type == runtime.ConsoleAPICalledTypeWarning {
			w.fault("console %s: %s", e.Type, describe(e.Args))
		}
	case *log.EventEntryAdded:
		if e.Entry.Level == log.EntryLevelError || e.Entry.Level == log.EntryLevelWarning {
			w.fault("browser's log: %s %s", e.Entry.Text, e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		w.request(e.Request.URL)
	case *network.EventLoadingFinished:
		w.received += e.EncodedDataLength
	}
}

func (w *watch) fault(format string, args ...any) {
	w.faults = append(w.faults, fmt.Sprintf(format, args...))
}

func (w *watch) request(url string) {
	w.requests = append(w.requests, url)
	if !strings.HasPrefix(url, w.origin+"/") && !strings.HasPrefix(url, "data:") {
		w.fault("request to another host: %s", url)
	}
}

func describe(values []*runtime.RemoteObject) string {
	var words []string
	for _, value := range values {
		words = append(words, strings.TrimSpace(string(value.Value)+" "+value.Description))
	}
	return strings.Join(words, " ")
}

// expect lets faults pass that contain these words: those that the test itself
// brings about.
func (w *watch) expect(words string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.expected = append(w.expected, words)
}

// report fails the test for every fault. It asks the page something first, so
// that all that came before has been seen.
func (w *watch) report(b *tab) {
	_, _ = tryEval[bool](b, `true`)
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, fault := range w.faults {
		if !slices.ContainsFunc(w.expected, func(words string) bool { return strings.Contains(fault, words) }) {
			b.t.Error(fault)
		}
	}
}

// traffic is what was asked for so far, and how many bytes came.
func (w *watch) traffic() (requests []string, received int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.requests), int(w.received)
}
