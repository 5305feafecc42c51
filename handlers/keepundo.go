package handlers

import (
	"context"
	"io"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/queries"
)

const restorePath = "/admin/restore"

// doneWords are what a page says after a deed that led to it. The address
// carries only which deed it was, and of how many: nobody else can put words on
// our pages.
var doneWords = map[string]string{
	"added": "Added.", "saved": "Saved.", "deleted": "Deleted.", "bulk": "Done.", "restored": "It is back.", "undone": "Undone.",
	"places": "Places computed.", "merged": "Merged: they are one runner now.", "renamed": "Renamed, in all its years.",
	"erased": "Erased. Times and places stay, without a name.",
	"again":  "Erased again. Whatever named the person is gone.",
	"split":  "Given away: they belong to the other runner now.",
	"minor":  "Added, and hidden: who is under 18 is shown to nobody until you say otherwise.",
	"none":   "Nothing had to be changed.",
}

// undoFields are by what a deed is undone: what went into the bin, or a runner,
// race or result and the version that was made.
var undoFields = []string{"batch", "runner", "race", "result", "version"}

// deed is what was just done, to how many where that is worth saying, and what
// undoes it.
type deed struct {
	done  string
	count int
	undo  map[string]int64
}

// query carries a deed to the page that comes next.
func (d deed) query() url.Values {
	params := url.Values{"done": {d.done}}
	if d.count > 0 {
		params.Set("count", strconv.Itoa(d.count))
	}
	for name, id := range d.undo {
		params.Set("undo-"+name, strconv.FormatInt(id, 10))
	}
	return params
}

// at is a page after a deed.
func (d deed) at(path string) string { return withQuery(path, d.query()) }

// toast says in words what was done, and offers to undo it.
func (d deed) toast(c *fiber.Ctx, text string) components.Toast {
	toast := components.Toast{Text: text, Token: formTokenOf(c)}
	for _, name := range undoFields {
		if id := d.undo[name]; id != 0 {
			toast.Undo = restorePath
			toast.Fields = append(toast.Fields, components.Field{Name: name, Value: strconv.FormatInt(id, 10)})
		}
	}
	return toast
}

// toastFromAddress is the toast of the deed that led here. To undo what was
// done to many leads back here.
func toastFromAddress(c *fiber.Ctx) components.Toast {
	d := deed{done: c.Query("done"), undo: map[string]int64{}}
	text := doneWords[d.done]
	if !mayEdit(c) || text == "" {
		return components.Toast{}
	}
	if d.count, _ = strconv.Atoi(c.Query("count")); d.count > 0 {
		text += " " + counted(d.count, "record") + "."
	}
	for _, name := range undoFields {
		d.undo[name], _ = parseID(c.Query("undo-" + name)) // without a number there is nothing to undo
	}
	toast := d.toast(c, text)
	if d.count > 0 {
		toast.Fields = append(toast.Fields, components.Field{Name: "back", Value: withoutDeed(c.OriginalURL())})
	}
	return toast
}

// withoutDeed is an address without the deed that led to it.
func withoutDeed(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	params := u.Query()
	for name := range params {
		if name == "done" || name == "count" || strings.HasPrefix(name, "undo-") {
			params.Del(name)
		}
	}
	return (&url.URL{Path: u.Path, RawQuery: params.Encode()}).String()
}

// withToast is a fragment with a toast beside it, which htmx puts in its
// place.
func withToast(fragment templ.Component, toast components.Toast) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		if err := fragment.Render(ctx, w); err != nil || toast.Text == "" {
			return err
		}
		return components.ToastRegion(toast, true).Render(ctx, w)
	})
}

// restore undoes an edit, a deletion, a merge or a change of many.
func (s *Server) restore(c *fiber.Ctx) error {
	form := formOf(c)
	for field, restore := range map[string]func(context.Context, int64, queries.Actor) (queries.Restored, error){
		"bin": s.DB.Restore, "batch": s.DB.RestoreBatch,
	} {
		if form.Has(field) {
			id, err := parseID(form.Get(field))
			if err != nil {
				return err
			}
			doubted, err := s.restoresErased(c, id, field == "batch")
			if err != nil {
				return err
			}
			if doubted {
				return s.askRestore(c, field)
			}
			restored, err := restore(c.UserContext(), id, s.actor(c))
			if err != nil {
				return err
			}
			return redirect(c, restoredAt(restored, form.Get("back")))
		}
	}
	return s.undoUpdate(c)
}

// restoresErased reports whether what is about to be put back may be the record
// of somebody who was erased since, by another record, and nobody has said yet
// that it is not.
func (s *Server) restoresErased(c *fiber.Ctx, id int64, batch bool) (bool, error) {
	runners, err := s.DB.BinnedRunners(c.UserContext(), id, batch)
	if err != nil || len(runners) == 0 {
		return false, err
	}
	suppressed, err := s.DB.SuppressedAmong(c.UserContext(), s.suppression, runners)
	return err == nil && formOf(c).Get("sure") == "" && slices.Contains(suppressed, true), err
}

// askRestore asks whether a record may be put back that may be of somebody who
// was erased.
func (s *Server) askRestore(c *fiber.Ctx, field string) error {
	props := components.RestoreProps{Token: formTokenOf(c)}
	for _, name := range []string{field, "back"} {
		props.Fields = append(props.Fields, components.Field{Name: name, Value: formOf(c).Get(name)})
	}
	return s.render(c, fiber.StatusUnprocessableEntity, page{title: "Restore", body: components.RestorePage(props)})
}

// restoredAt is where one sees what was put back.
func restoredAt(r queries.Restored, back string) string {
	d := deed{done: "restored"}
	if r.Kind == queries.BinnedChange {
		d = deed{done: "undone", count: r.Count}
	}
	switch {
	case back != "":
		return d.at(localPath(back, "/admin/runners"))
	case r.Kind == queries.BinnedRace:
		return d.at(keptRaceURL(r.Race.ID))
	case r.Kind == queries.BinnedChange:
		return d.at("/admin/bin")
	default:
		return d.at(keptRunnerURL(r.Runner.ID))
	}
}

// undoUpdate undoes the last edit of a runner, a race or a result.
func (s *Server) undoUpdate(c *fiber.Ctx) error {
	form := formOf(c)
	version, err := parseID(form.Get("version"))
	if err != nil {
		return err
	}
	d := deed{done: "undone"}
	switch {
	case form.Has("race"):
		id, err := parseID(form.Get("race"))
		if err != nil {
			return err
		}
		race, err := s.DB.UndoRace(c.UserContext(), id, version, s.actor(c))
		if err != nil {
			return err
		}
		return redirect(c, racesNamed(race, d))
	case form.Has("result"):
		id, err := parseID(form.Get("result"))
		if err != nil {
			return err
		}
		result, err := s.DB.UndoResult(c.UserContext(), id, version, s.actor(c))
		if err != nil {
			return err
		}
		return redirect(c, d.at(keptRaceURL(result.RaceID)))
	default:
		id, err := parseID(form.Get("runner"))
		if err != nil {
			return err
		}
		if _, err := s.DB.UndoUpdate(c.UserContext(), id, version, s.actor(c)); err != nil {
			return err
		}
		return redirect(c, d.at(keptRunnerURL(id)))
	}
}

// racesNamed is the list with the races of a name and a year, after a deed.
func racesNamed(race club.Race, d deed) string {
	params := d.query()
	params.Set("q", race.Name+" "+strconv.Itoa(race.HeldOn.Year))
	return "/admin/races?" + params.Encode()
}

const binOnPage = 50

// showBin lists what can be had back.
func (s *Server) showBin(c *fiber.Ctx) error {
	number := pageParam(c)
	binned, more, err := s.DB.Bin(c.UserContext(), (number-1)*binOnPage, binOnPage)
	if err != nil {
		return err
	}
	props := components.BinProps{Token: formTokenOf(c), Toast: toastFromAddress(c)}
	for _, b := range binned {
		props.Rows = append(props.Rows, components.BinRow{
			ID: strconv.FormatInt(b.ID, 10), Name: b.Object,
			Details: slices.DeleteFunc([]string{moment(b.Deleted()), "by " + b.Actor}, func(s string) bool { return s == "by " }),
		})
	}
	props.PrevURL, props.NextURL = listAddress("/admin/bin").pages(number, more)
	if len(binned) > 0 {
		props.Files = listAddress("/admin/bin").keptFiles(c)
	}
	return s.render(c, fiber.StatusOK, page{title: "Bin", body: components.BinPage(props)})
}
