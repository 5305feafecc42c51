package load

import (
	"bufio"
	"bytes"
	"fmt"
	"net"
	"net/url"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/valyala/fasthttp"
)

// request is one request as it goes over the wire, and the status it must get.
type request struct {
	wire   []byte
	status int
	// number is where the address takes a number that it never had, so that
	// nobody can have kept the answer; 0 where it does not.
	number int
}

// numbers are those that addresses took.
var numbers atomic.Int64

// anew is a request whose address is another one each time.
func (r request) anew() request {
	at := bytes.IndexByte(r.wire, '?')
	if at < 0 {
		at = bytes.Index(r.wire, []byte(" HTTP/1.1"))
		r.wire = slices.Insert(bytes.Clone(r.wire), at, '?')
	} else {
		r.wire = slices.Insert(bytes.Clone(r.wire), at+1, '&')
	}
	r.number = at + 1
	return r
}

// get asks for a page as a browser does, with further headers.
func get(path string, headers ...string) request {
	wire := "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"
	for _, header := range headers {
		wire += header + "\r\n"
	}
	return request{wire: []byte(wire + "\r\n"), status: fasthttp.StatusOK}
}

// visitor keeps one connection to a server. It does as little as it can: it
// takes the processor from the server.
type visitor struct {
	conn   net.Conn
	in     *bufio.Reader
	answer fasthttp.Response
	out    []byte
}

func newVisitor(address string) (*visitor, error) {
	conn, err := net.Dial("tcp", address)
	if err != nil {
		return nil, err
	}
	return &visitor{conn: conn, in: bufio.NewReader(conn)}, nil
}

func (v *visitor) leave() { _ = v.conn.Close() }

func (v *visitor) ask(r request) error {
	wire := r.wire
	if r.number > 0 {
		v.out = append(append(v.out[:0], wire[:r.number]...), "anew="...)
		v.out = strconv.AppendInt(v.out, numbers.Add(1), 10)
		wire = append(v.out, wire[r.number:]...)
		v.out = wire
	}
	if _, err := v.conn.Write(wire); err != nil {
		return err
	}
	if err := v.answer.Read(v.in); err != nil {
		return err
	}
	if status := v.answer.StatusCode(); status != r.status {
		return fmt.Errorf("%d for %.80q", status, r.wire)
	}
	return nil
}

// mix is one kind of request, to many addresses.
type mix struct {
	name     string
	requests []request
}

const (
	fragment = "HX-Request: true"
	sampled  = 200 // runners who are asked for
)

// mixes are what visitors ask for.
func (s *site) mixes(b *testing.B) []mix {
	b.Helper()
	var runners, predictions, marathons, list []request
	for i := range sampled {
		id := 1 + i*(s.runners/sampled)
		runners = append(runners, get(fmt.Sprintf("/runners/%d", id)))
		predictions = append(predictions, get(fmt.Sprintf("/predict?runner=%d", id), fragment))
	}
	for id := 1; id <= 3; id++ { // those of the demo, with ten marathons each
		marathons = append(marathons, get(fmt.Sprintf("/predict?runner=%d", id), fragment))
	}
	for page := 1; page <= 50; page++ {
		list = append(list, get(fmt.Sprintf("/admin/runners?page=%d", page), "Cookie: "+s.cookie))
	}
	runners, predictions = s.shown(b, runners), s.shown(b, predictions)
	return []mix{
		{"runner, unchanged (304)", s.unchanged(b, runners)},
		{"prediction, unchanged (304)", s.unchanged(b, predictions)},
		{"search, asked before", typed()},
		{"search, never asked", anew(typed())},
		{"runner, asked before", runners},
		{"runner, never asked", anew(runners)},
		{"prediction, never asked", anew(predictions)},
		{"the same, ten marathons", anew(marathons)},
		{"admin list", list},
	}
}

// anew are requests for what nobody can have asked for.
func anew(requests []request) []request {
	all := make([]request, len(requests))
	for i, r := range requests {
		all[i] = r.anew()
	}
	return all
}

// typed is a search with each letter of some names.
func typed() []request {
	var all []request
	for _, name := range []string{"karabo khumalo", "ndluvu", "van der merwe", "nkosi thabo", "zzzz", "o'brien", "lehtabo"} {
		for end := 1; end <= len(name); end++ {
			all = append(all, get("/predict?q="+url.QueryEscape(name[:end]), fragment))
		}
	}
	return all
}

// shown are the requests for what everybody may see.
func (s *site) shown(b *testing.B, requests []request) []request {
	b.Helper()
	var shown []request
	for _, r := range requests {
		if s.once(b, r).StatusCode() == fasthttp.StatusOK {
			shown = append(shown, r)
		}
	}
	return shown
}

// unchanged are the same requests of somebody who has the answers already.
func (s *site) unchanged(b *testing.B, requests []request) []request {
	b.Helper()
	var again []request
	for _, r := range requests {
		tag := s.once(b, r).Header.Peek(fasthttp.HeaderETag)
		wire := fmt.Appendf(nil, "%sIf-None-Match: %s\r\n\r\n", r.wire[:len(r.wire)-2], tag)
		again = append(again, request{wire: wire, status: fasthttp.StatusNotModified})
	}
	return again
}

func (s *site) once(b *testing.B, r request) *fasthttp.Response {
	b.Helper()
	v, err := newVisitor(s.address)
	if err != nil {
		b.Fatal(err)
	}
	defer v.leave()
	if err := v.ask(r); err != nil && v.answer.StatusCode() != fasthttp.StatusNotFound {
		b.Fatal(err)
	}
	return &v.answer
}
