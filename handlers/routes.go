package handlers

import "runnerdb/static"

// routes is the whole map of the site.
func (s *Server) routes() {
	s.app.Use(s.answer, s.secureHeaders, checkHead, s.refuseEncodedBodies, s.checkHost)

	s.app.Get("/healthz", s.healthz)
	s.app.Get("/readyz", s.readyz)
	s.app.Get(static.Prefix+":version/:name", s.showAsset)

	pages := s.app.Group("", compressed, s.loadVisitor, s.checkForm)
	pages.Get("/", s.showHome)
	pages.Get("/runners", s.listRunners)
	pages.Get("/runners/:id", s.showRunner)
	pages.Get("/races/:id", s.showRace)
	pages.Get("/predict", s.showPredict)
	pages.Get("/login", s.showLogin)
	pages.Post("/login", s.signIn)
	pages.Post("/logout", s.signOut)
	pages.Get("/profile", s.signedIn, s.showProfile)
	pages.Get("/admin/backtest", s.signedIn, s.showBacktest)
}
