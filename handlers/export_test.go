package handlers

import (
	"io"
	"net/http"
	"net/url"

	"runnerdb/components"
	"runnerdb/predictions"
)

// For the fuzz tests and the document of limits.
var LocalPath = localPath

const (
	MaxBodyBytes   = maxBodyBytes
	MaxBodiesBytes = maxBodiesBytes
	FreeBodyBytes  = freeBodyBytes
	MaxUploads     = maxUploads
	UploadPiece    = uploadPiece
	UploadPatience = uploadPatience
	MaxConns       = maxConns
	ConnsOfAddress = maxConnsPerAddress
	ConnGrace      = connGrace
	MaxHeaderBytes = maxHeaderBytes
	MaxHeaderLines = maxHeaderLines
	MaxFormFields  = maxFormFields
	ReadTimeout    = readTimeout
	WriteTimeout   = writeTimeout
	IdleTimeout    = idleTimeout
	ReadyTimeout   = readyTimeout
	TouchEvery     = touchEvery
	SheetDeadline  = sheetDeadline
)

// ReadCookie is the token in a request's session cookie, or nothing.
func (s *Server) ReadCookie(r *http.Request) string { return s.sessions.readCookie(r, "runnerdb") }

// PanelOf is the panel of a prediction on a page at path, with parameters.
func PanelOf(p predictions.Prediction, path string, params url.Values) components.PanelProps {
	return panelProps(p, place{path, params})
}

var ReadGoal = readGoal

// MaxAnswers is the bound of what Answers keep.
const MaxAnswers = maxAnswers

// Answers are an answerCache.
type Answers struct{ cache answerCache }

// NewAnswers are none.
func NewAnswers() *Answers { return &Answers{} }

// Put keeps an answer of so many bytes.
func (a *Answers) Put(key string, size int) { a.cache.put(key, keptAnswer{body: make([]byte, size)}) }

// Has asks for an answer.
func (a *Answers) Has(key string) bool {
	_, known := a.cache.get(key)
	return known
}

// Size is how much is kept.
func (a *Answers) Size() (size int) {
	for _, half := range []map[string]keptAnswer{a.cache.recent, a.cache.older} {
		for key, kept := range half {
			size += len(key) + len(kept.body)
		}
	}
	return size
}

// MaxDownloads is how many long downloads there may be at once.
const MaxDownloads = maxDownloads

// Spool is a spool.
type Spool struct{ *spool }

// NewSpool makes a spool.
func NewSpool() (Spool, error) {
	s, err := newSpool()
	return Spool{s}, err
}

func (s Spool) Finish(err error)         { s.finish(err) }
func (s Spool) CopyTo(w io.Writer) error { return s.copyTo(w) }
func (s Spool) Close() error             { return s.close() }

// Uploads is how many uploads are under way.
func (s *Server) Uploads() int { return len(s.uploads) }

// BodyBytes is what the bodies under way take of their budget.
func (s *Server) BodyBytes() int64 { return s.bodies.used.Load() }
