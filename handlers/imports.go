package handlers

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/gofiber/fiber/v2"

	"runnerdb/components"
	"runnerdb/imports"
	"runnerdb/queries"
	"runnerdb/sheets"
)

const importsOnPage = 30

var importNotices = map[string]string{
	"stored":    "Imported. It stands at the top of the list, and can be undone there.",
	"started":   "It is long, so it goes on by itself: Jobs shows how far it is.",
	"undone":    "Undone: all that the import added is gone, and what it changed is back.",
	"discarded": "Discarded.",
	"saved":     "Saved. The rows below are as they would be now.",
}

// listImports shows the form for a sheet, the sheets that wait, and what was
// imported.
func (s *Server) listImports(c *fiber.Ctx) error {
	return s.renderImports(c, fiber.StatusOK, nil)
}

func (s *Server) renderImports(c *fiber.Ctx, status int, problems map[string]string) error {
	drafts, err := s.DB.Drafts(c.UserContext())
	if err != nil {
		return err
	}
	number := pageParam(c)
	done, more, err := s.DB.SheetImports(c.UserContext(), (number-1)*importsOnPage, importsOnPage)
	if err != nil {
		return err
	}
	props := components.ImportsProps{
		Form: components.Form{Token: formTokenOf(c), Problems: problems}, Notice: importNotices[c.Query("done")], Limits: uploadLimits(),
	}
	for _, d := range drafts {
		props.Drafts = append(props.Drafts, components.DraftRow{
			Name: d.Name, URL: draftURL(d.ID), Details: []string{moment(time.UnixMilli(d.CreatedAt)), "by " + d.Actor},
		})
	}
	for _, im := range done {
		props.Done = append(props.Done, importRow(im))
	}
	if len(done) > 0 {
		props.Files = listAddress(importsPath).keptFiles(c)
	}
	props.PrevURL, props.NextURL = listAddress(importsPath).pages(number, more)
	return s.render(c, status, page{title: "Import results", body: components.ImportsPage(props)})
}

// uploadLimits says how large a sheet may be.
func uploadLimits() string {
	return fmt.Sprintf("CSV, TSV or Excel (.xlsx, .xlsm): drop it here or choose it. At most %d MB, a workbook %d MB unpacked, %s rows, %d columns. "+
		"Columns with identity numbers or medical data are not kept.",
		sheets.MaxBytes>>20, sheets.MaxUnpacked>>20, grouped(sheets.MaxRows), sheets.MaxColumns)
}

func importRow(im queries.SheetImport) components.ImportRow {
	row := components.ImportRow{
		ID: strconv.FormatInt(im.ID, 10), Name: im.Name, Undoable: im.UndoneAt == 0,
		Details: []string{
			moment(time.UnixMilli(im.CreatedAt)), "by " + im.Actor, counted(im.Added, "result") + " added", counted(im.Runners, "new runner"),
		},
	}
	if im.Changed > 0 {
		row.Details = append(row.Details, counted(im.Changed, "result")+" changed")
	}
	if im.Contacts > 0 {
		row.Details = append(row.Details, "how to reach "+counted(im.Contacts, "runner"))
	}
	if im.UndoneAt != 0 {
		row.Details = append(row.Details, "undone "+moment(time.UnixMilli(im.UndoneAt)))
	}
	return row
}

func draftURL(id int64) string { return importsPath + "/" + strconv.FormatInt(id, 10) }

// uploadSheet takes a file, and leads to what would become of it.
func (s *Server) uploadSheet(c *fiber.Ctx) error {
	file := uploadOf(c)
	if file.name == "" {
		return s.renderImports(c, fiber.StatusUnprocessableEntity, map[string]string{"file": "Choose a file first."})
	}
	up := imports.Upload{Name: file.name, Data: file.data, Contacts: formOf(c).Get("contacts") != ""}
	id, err := imports.Begin(c.UserContext(), s.DB, up, s.actor(c))
	var refusal *sheets.RefusalError
	switch {
	case errors.As(err, &refusal):
		return s.renderImports(c, fiber.StatusUnprocessableEntity, map[string]string{"file": refusal.Reason})
	case errors.Is(err, queries.ErrFull):
		problem := fmt.Sprintf("%d sheets wait to be imported. Import or discard some first.", queries.MaxDrafts)
		return s.renderImports(c, fiber.StatusTooManyRequests, map[string]string{"file": problem})
	case err != nil:
		return err
	}
	return redirect(c, draftURL(id))
}

// sheetDeadline bounds the work on one request that reads a sheet. A sheet of
// 100,000 rows may take a small machine longer than other requests have;
// Heroku's router waits 30 s.
const sheetDeadline = 25 * time.Second

// readsSheet gives a request sheetDeadline.
func readsSheet(c *fiber.Ctx) error {
	ctx, cancel := context.WithTimeout(context.Background(), sheetDeadline)
	defer cancel()
	c.SetUserContext(ctx)
	return c.Next()
}

// undoImport takes back an import.
func (s *Server) undoImport(c *fiber.Ctx) error {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return err
	}
	_, err = s.DB.UndoImport(c.UserContext(), id, s.actor(c))
	switch {
	case errors.Is(err, queries.ErrStale):
		return s.renderImports(c, fiber.StatusUnprocessableEntity, map[string]string{"": "That import was undone before."})
	case err != nil:
		return err
	}
	return redirect(c, importsPath+"?done=undone")
}

// discardDraft forgets a sheet that waits.
func (s *Server) discardDraft(c *fiber.Ctx) error {
	id, err := parseID(c.Params("id"))
	if err != nil {
		return err
	}
	version, err := parseID(formOf(c).Get("version"))
	if err != nil {
		return fiber.ErrBadRequest
	}
	if err := s.DB.DeleteDraft(c.UserContext(), id, version, s.actor(c)); err != nil {
		return err
	}
	return redirect(c, importsPath+"?done=discarded")
}
