package handlers

import (
	"net/http"
	"net/url"

	"runnerdb/components"
	"runnerdb/predictions"
)

// For the fuzz tests and the document of limits.
var LocalPath = localPath

const (
	MaxBodyBytes   = maxBodyBytes
	MaxHeaderBytes = maxHeaderBytes
	MaxHeaderLines = maxHeaderLines
	MaxFormFields  = maxFormFields
	ReadTimeout    = readTimeout
	WriteTimeout   = writeTimeout
	IdleTimeout    = idleTimeout
	ReadyTimeout   = readyTimeout
	TouchEvery     = touchEvery
)

// ReadCookie is the token in a request's session cookie, or nothing.
func (s *Server) ReadCookie(r *http.Request) string { return s.sessions.readCookie(r, "runnerdb") }

// PanelOf is the panel of a prediction on a page at path, with parameters.
func PanelOf(p predictions.Prediction, path string, params url.Values) components.PanelProps {
	return panelProps(p, place{path, params})
}

var ReadGoal = readGoal
