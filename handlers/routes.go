package handlers

import (
	"github.com/gofiber/fiber/v2"

	"runnerdb/accounts"
	"runnerdb/static"
)

// routes is the whole map of the site.
func (s *Server) routes() {
	s.app.Use(s.answer, s.secureHeaders, checkHead, s.refuseEncodedBodies, s.checkHost)

	s.app.Get("/healthz", s.healthz)
	s.app.Get("/readyz", s.readyz)
	s.app.Get(static.Prefix+":version/:name", s.showAsset)

	pages := s.app.Group("", compressed, s.loadVisitor, s.revalidate, s.checkForm)
	pages.Get("/", s.showHome)
	pages.Get("/runners", s.listRunners)
	pages.Get("/runners/:id", s.showRunner)
	pages.Get("/runners/:id/export", s.exportRunner)
	pages.Get("/runners/:id/card.png", s.showCard)
	pages.Get("/runners/:id/races.ics", s.showCalendar)
	pages.Get("/races/:id", s.showRace)
	pages.Get("/races/:id/export", s.exportRace)
	pages.Get("/predict", s.showPredict)
	pages.Get("/login", s.showLogin)
	pages.Post("/login", s.signIn)
	pages.Post("/logout", s.signOut)
	pages.Get("/profile", s.signedIn, s.showProfile)
	pages.Post("/profile/password", s.signedIn, s.changePassword)
	pages.Post("/profile/sessions/end", s.signedIn, s.endSession)
	pages.Post("/profile/sessions/end-others", s.signedIn, s.endOtherSessions)
	pages.Get(accounts.InvitationPath+":token", s.showInvitation)
	pages.Post(accounts.InvitationPath+":token", s.acceptInvitation)

	pages.Get("/admin/backtest", s.needs(accounts.Viewer), s.showBacktest)
	pages.Get("/admin/audit", s.needs(accounts.Owner), s.showAudit)
	pages.Get("/admin/audit/export", s.needs(accounts.Owner), s.exportAudit)
	pages.Get("/admin/users", s.needs(accounts.Owner), s.listUsers)
	pages.Get("/admin/users/export", s.needs(accounts.Owner), s.exportUsers)
	pages.Post("/admin/users/invite", s.needs(accounts.Owner), s.inviteUser)
	pages.Get("/admin/users/:id", s.needs(accounts.Owner), s.showUser)
	pages.Post("/admin/users/:id/role", s.needs(accounts.Owner), s.changeRole)
	pages.Post("/admin/users/:id/link", s.needs(accounts.Owner), s.linkUser)
	pages.Post("/admin/users/:id/disable", s.needs(accounts.Owner), s.disableUser)
	pages.Post("/admin/users/:id/enable", s.needs(accounts.Owner), s.enableUser)
	pages.Post("/admin/users/:id/delete", s.needs(accounts.Owner), s.deleteUser)

	pages.Get(jobsPath, s.needs(accounts.Editor), s.listJobs)
	pages.Post(jobsPath, s.needs(accounts.Editor), s.startJob)
	pages.Post(jobsPath+"/:id/cancel", s.needs(accounts.Editor), s.cancelJob)

	s.recordRoutes(pages)
}

// recordRoutes are those of who keeps the club's records.
func (s *Server) recordRoutes(pages fiber.Router) {
	see, keep := s.needs(accounts.Viewer), s.needs(accounts.Editor)
	pages.Get("/admin/runners", see, s.keepRunners)
	pages.Post("/admin/runners", keep, s.createRunner)
	pages.Get("/admin/runners/export", see, s.exportRunners)
	pages.Post("/admin/runners/bulk", keep, s.bulkRunners)
	pages.Get("/admin/runners/:id", see, s.showKeptRunner)
	pages.Post("/admin/runners/:id", keep, s.updateRunner)
	pages.Get("/admin/runners/:id/edit", keep, s.editRunner)
	pages.Get("/admin/runners/:id/delete", keep, s.askDeleteRunner)
	pages.Post("/admin/runners/:id/delete", keep, s.deleteRunner)
	pages.Get("/admin/races", see, s.keepRaces)
	pages.Post("/admin/races", keep, s.createRace)
	pages.Get("/admin/races/export", see, s.exportRaces)
	pages.Get("/admin/races/:id", see, s.enterResults)
	pages.Post("/admin/races/:id", keep, s.createResult)
	pages.Get("/admin/races/:id/export", see, s.exportKeptResults)
	pages.Get("/admin/races/:id/who", keep, s.showWho)
	pages.Post("/admin/races/:id/places", keep, s.computePlaces)
	pages.Get("/admin/results/:id", see, s.showKeptResult)
	pages.Post("/admin/results/:id", keep, s.updateResult)
	pages.Get("/admin/results/:id/edit", keep, s.editResult)
	pages.Get("/admin/duplicates", keep, s.showDuplicates)
	pages.Get("/admin/merge", keep, s.showMerge)
	pages.Post("/admin/merge", keep, s.merge)
	pages.Get("/admin/checks", keep, s.showChecks)
	pages.Get("/admin/bin", keep, s.showBin)
	pages.Post("/admin/restore", keep, s.restore)
}
