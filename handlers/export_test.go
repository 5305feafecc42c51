package handlers

import "net/http"

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
