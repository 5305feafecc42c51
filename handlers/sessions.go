package handlers

import (
	"errors"
	"net/http"
	"time"

	"github.com/gorilla/securecookie"
	"github.com/gorilla/sessions"

	"runnerdb/accounts"
	"runnerdb/queries"
)

// Keys of a session's values.
const (
	tokenKey   = "token"   // string: the secret in the cookie
	accountKey = "account" // accounts.Session: the row behind it, once signed in
)

// sessionStore keeps gorilla's sessions in the database. The cookie holds a
// signed random token, the database the token's hash; a session without a
// row only protects the forms of somebody who has not signed in yet.
type sessionStore struct {
	db        *queries.DB
	codecs    []securecookie.Codec
	lifetimes accounts.Lifetimes
	now       func() time.Time
}

var _ sessions.Store = sessionStore{}

// Get is the request's session; it is read once a request.
func (s sessionStore) Get(r *http.Request, name string) (*sessions.Session, error) {
	return sessions.GetRegistry(r).Get(s, name)
}

// New reads the session that the cookie names. A cookie that is none of ours,
// altered, doubled or ended makes an empty session, and no error.
func (s sessionStore) New(r *http.Request, name string) (*sessions.Session, error) {
	session := sessions.NewSession(s, name)
	session.IsNew = true
	session.Options = &sessions.Options{Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode}
	token := s.readCookie(r, name)
	if token == "" {
		return session, nil
	}
	session.Values[tokenKey] = token
	account, err := s.db.Session(r.Context(), accounts.HashToken(token))
	switch {
	case errors.Is(err, queries.ErrNotFound):
		return session, nil
	case err != nil:
		return session, err
	case account.Alive(s.now(), s.lifetimes):
		session.Values[accountKey] = account
		session.IsNew = false
	}
	return session, nil
}

func (s sessionStore) readCookie(r *http.Request, name string) string {
	cookies := r.CookiesNamed(name)
	if len(cookies) != 1 {
		return ""
	}
	var token string
	if err := securecookie.DecodeMulti(name, cookies[0].Value, &token, s.codecs...); err != nil || !accounts.IsToken(token) {
		return ""
	}
	return token
}

// Save stores the session and sets its cookie; with a negative MaxAge it ends
// the session.
func (s sessionStore) Save(r *http.Request, w http.ResponseWriter, session *sessions.Session) error {
	token, _ := session.Values[tokenKey].(string)
	if session.Options.MaxAge < 0 {
		http.SetCookie(w, sessions.NewCookie(session.Name(), "", session.Options))
		return s.db.DeleteSession(r.Context(), accounts.HashToken(token))
	}
	if account, ok := session.Values[accountKey].(accounts.Session); ok && session.IsNew {
		account.UserAgent = clip(r.UserAgent(), 300)
		if err := s.db.CreateSession(r.Context(), account, s.lifetimes); err != nil {
			return err
		}
	}
	value, err := securecookie.EncodeMulti(session.Name(), token, s.codecs...)
	if err != nil {
		return err
	}
	http.SetCookie(w, sessions.NewCookie(session.Name(), value, session.Options))
	return nil
}
