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
	s.app.Get("/favicon.ico", s.showIcon)

	pages := s.app.Group("", s.compressed, s.loadVisitor, s.revalidate, s.checkForm)
	pages.Get("/", s.showHome)
	pages.Get("/runners", s.listRunners)
	pages.Get("/runners/export", s.exportFound)
	pages.Get("/runners/:id", s.showRunner)
	pages.Get("/runners/:id/export", s.exportRunner)
	pages.Get("/runners/:id/prediction/export", s.exportPrediction)
	pages.Get("/runners/:id/card.png", s.showCard)
	pages.Get("/runners/:id/races.ics", s.showCalendar)
	pages.Get("/races/:id", s.showRace)
	pages.Get("/races/:id/export", s.exportRace)
	pages.Get("/predict", s.showPredict)
	pages.Get("/privacy", s.showPrivacy)
	pages.Get("/login", s.showLogin)
	pages.Post("/login", s.signIn)
	pages.Get("/login/code", s.showSecondStep)
	pages.Post("/login/code", s.takeSecondStep)
	pages.Post("/logout", s.signOut)
	pages.Get(accounts.InvitationPath+":token", s.showInvitation)
	pages.Post(accounts.InvitationPath+":token", s.acceptInvitation)

	pages.Get("/admin/backtest", s.needs(accounts.Viewer), s.showBacktest)
	pages.Get("/admin/audit", s.needs(accounts.Owner), s.showAudit)
	pages.Post("/admin/audit/export", s.needs(accounts.Owner), s.exportAudit)
	pages.Get("/admin/settings", s.needs(accounts.Owner), s.showSettings)
	pages.Post("/admin/settings", s.needs(accounts.Owner), s.changeSettings)
	pages.Get(jobsPath, s.needs(accounts.Editor), s.listJobs)
	pages.Post(jobsPath, s.needs(accounts.Editor), s.startJob)
	pages.Post(jobsPath+"/:id/cancel", s.needs(accounts.Editor), s.cancelJob)
	pages.Post(jobsPath+"/:id/resume", s.needs(accounts.Editor), s.resumeJob)

	s.profileRoutes(pages)
	s.boardRoutes(pages)
	s.apiRoutes(pages)
	s.userRoutes(pages)
	s.recordRoutes(pages)
	s.importRoutes(pages)
}

// profileRoutes are what users keep of themselves.
func (s *Server) profileRoutes(pages fiber.Router) {
	pages.Get("/profile", s.signedIn, s.showProfile)
	pages.Post("/profile/password", s.signedIn, s.changePassword)
	pages.Post("/profile/sessions/end", s.signedIn, s.endSession)
	pages.Post("/profile/sessions/end-others", s.signedIn, s.endOtherSessions)
	pages.Get("/profile/confirm", s.signedIn, s.showConfirm)
	pages.Post("/profile/confirm", s.signedIn, s.confirmed, s.goOn)
	pages.Get("/profile/second-factor", s.signedIn, s.confirmed, s.showSecondFactor)
	pages.Post("/profile/second-factor", s.signedIn, s.confirmed, s.setSecondFactor)
	pages.Post("/profile/second-factor/codes", s.signedIn, s.confirmed, s.renewRecoveryCodes)
	pages.Post("/profile/second-factor/off", s.signedIn, s.dropSecondFactor)
}

// boardRoutes are those of what the records say of many together.
func (s *Server) boardRoutes(pages fiber.Router) {
	pages.Get("/races/:id/predictions", s.showOutcomes)
	pages.Get("/accuracy", s.showAccuracy)
	pages.Get("/series/:id", s.showSeries)
	pages.Get("/compare", s.showCompare)
	pages.Get("/records", s.showRecords)
	pages.Get("/records/export", s.exportRecords)
	pages.Get("/records/history", s.showRecordHistory)
	pages.Get("/records/history/export", s.exportRecordHistory)
	pages.Get("/boards", s.showBoard)
	pages.Get("/boards/export", s.exportBoard)
}

// apiRoutes are those of programs.
func (s *Server) apiRoutes(pages fiber.Router) {
	pages.Get(apiPath+"/openapi.json", s.showOpenAPI)
	pages.Get(apiPath+"/search", s.searchAPI)
	pages.Get(apiPath+"/runners/:id", s.runnerAPI)
	pages.Get(apiPath+"/runners/:id/prediction", s.predictionAPI)
	pages.Get(apiPath+"/races/:id", s.raceAPI)
	pages.Get(apiPath+"/boards", s.boardAPI)
}

// userRoutes are those of who keeps the users: what is done there asks for the
// password again where a device remembers it.
func (s *Server) userRoutes(pages fiber.Router) {
	own := s.needs(accounts.Owner)
	pages.Get("/admin/users", own, s.confirmed, s.listUsers)
	pages.Post("/admin/users/export", own, s.confirmed, s.exportUsers)
	pages.Post("/admin/users/invite", own, s.confirmed, s.inviteUser)
	pages.Get("/admin/users/:id", own, s.confirmed, s.showUser)
	pages.Post("/admin/users/:id/role", own, s.confirmed, s.changeRole)
	pages.Post("/admin/users/:id/link", own, s.confirmed, s.linkUser)
	pages.Post("/admin/users/:id/second-factor", own, s.confirmed, s.dropUserFactor)
	pages.Post("/admin/users/:id/disable", own, s.confirmed, s.disableUser)
	pages.Post("/admin/users/:id/enable", own, s.confirmed, s.enableUser)
	pages.Post("/admin/users/:id/delete", own, s.confirmed, s.deleteUser)
}

// recordRoutes are those of who keeps the club's records.
func (s *Server) recordRoutes(pages fiber.Router) {
	see, keep, own := s.needs(accounts.Viewer), s.needs(accounts.Editor), s.needs(accounts.Owner)
	pages.Get("/admin/runners", see, s.keepRunners)
	pages.Post("/admin/runners", keep, s.createRunner)
	pages.Post("/admin/runners/export", see, s.exportRunners)
	pages.Post("/admin/runners/bulk", keep, s.bulkRunners)
	pages.Get("/admin/runners/:id", see, s.showKeptRunner)
	pages.Post("/admin/runners/:id", keep, s.updateRunner)
	pages.Get("/admin/runners/:id/edit", keep, s.editRunner)
	pages.Get("/admin/runners/:id/delete", keep, s.askDeleteRunner)
	pages.Post("/admin/runners/:id/delete", keep, s.deleteRunner)
	pages.Get("/admin/runners/:id/contact", keep, s.editContact)
	pages.Post("/admin/runners/:id/contact", keep, s.updateContact)
	pages.Post("/admin/runners/:id/export", keep, s.exportPerson)
	pages.Get("/admin/runners/:id/erase", own, s.confirmed, s.askErase)
	pages.Post("/admin/runners/:id/erase", own, s.confirmed, s.erase)
	pages.Post("/admin/runners/:id/split", keep, s.splitRunner)
	pages.Get("/admin/races", see, s.keepRaces)
	pages.Post("/admin/races", keep, s.createRace)
	pages.Post("/admin/races/export", see, s.exportRaces)
	pages.Get("/admin/races/:id", see, s.enterResults)
	pages.Post("/admin/races/:id", keep, s.createResult)
	pages.Post("/admin/races/:id/export", see, s.exportKeptResults)
	pages.Get("/admin/races/:id/edit", keep, s.editRace)
	pages.Post("/admin/races/:id/edit", keep, s.updateRace)
	pages.Get("/admin/races/:id/delete", keep, s.askDeleteRace)
	pages.Post("/admin/races/:id/delete", keep, s.deleteRace)
	pages.Get("/admin/races/:id/history", see, s.showKeptRace)
	pages.Post("/admin/races/:id/rename", keep, s.renameSeries)
	pages.Post("/admin/races/:id/places", keep, s.computePlaces)
	pages.Get("/admin/results", see, s.keepResults)
	pages.Post("/admin/results/export", see, s.exportResults)
	pages.Post("/admin/results/bulk", keep, s.bulkResults)
	pages.Get("/admin/results/:id", see, s.showKeptResult)
	pages.Post("/admin/results/:id", keep, s.updateResult)
	pages.Get("/admin/results/:id/edit", keep, s.editResult)
	pages.Get("/admin/who", keep, s.showWho)
	pages.Get("/admin/duplicates", keep, s.showDuplicates)
	pages.Post("/admin/duplicates/export", keep, s.exportDuplicates)
	pages.Get("/admin/merge", keep, s.showMerge)
	pages.Post("/admin/merge", keep, s.merge)
	pages.Get("/admin/checks", keep, s.showChecks)
	pages.Post("/admin/checks/export", keep, s.exportChecks)
	pages.Get("/admin/bin", keep, s.showBin)
	pages.Post("/admin/bin/export", keep, s.exportBin)
	pages.Post("/admin/restore", keep, s.restore)
}

// importRoutes are those by which result sheets come in.
func (s *Server) importRoutes(pages fiber.Router) {
	keep := s.needs(accounts.Editor)
	pages.Get(importsPath, keep, s.listImports)
	pages.Post(importsPath, keep, readsSheet, s.uploadSheet)
	pages.Post(importsPath+"/export", keep, s.exportImports)
	pages.Get(importsPath+"/:id", keep, readsSheet, s.showDraft)
	pages.Post(importsPath+"/:id", keep, readsSheet, s.chooseDraft)
	pages.Get(importsPath+"/:id/rest", keep, readsSheet, s.exportRest)
	pages.Post(importsPath+"/:id/commit", keep, readsSheet, s.commitDraft)
	pages.Post(importsPath+"/:id/discard", keep, s.discardDraft)
	pages.Post(importsPath+"/:id/undo", keep, s.undoImport)
}
