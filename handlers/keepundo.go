package handlers

import (
	"context"
	"io"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"
	"github.com/gofiber/fiber/v2"

	"runnerdb/components"
)

const restorePath = "/admin/restore"

// doneWords are what a page says after a deed that led to it. The address
// carries only which deed it was: nobody else can put words on our pages.
var doneWords = map[string]string{
	"added": "Added.", "saved": "Saved.", "deleted": "Deleted.", "bulk": "Done.", "restored": "It is back.", "undone": "Undone.",
	"places": "Places computed.", "merged": "Merged: they are one runner now.",
	"erased": "Erased. Times and places stay, without a name.",
	"minor":  "Added, and hidden: who is under 18 is shown to nobody until you say otherwise.",
	"two":    "Tick two runners to merge them.",
}

// undoFields are by what a deed is undone: a number in the bin, or a runner
// and the version that was made.
var undoFields = []string{"bin", "runner", "version"}

// deed is what was just done, and what undoes it.
type deed struct {
	done string
	undo map[string]int64
}

// query carries a deed to the page that comes next.
func (d deed) query() url.Values {
	params := url.Values{"done": {d.done}}
	for name, id := range d.undo {
		params.Set("undo-"+name, strconv.FormatInt(id, 10))
	}
	return params
}

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

// toastFromAddress is the toast of the deed that led here.
func toastFromAddress(c *fiber.Ctx) components.Toast {
	d := deed{done: c.Query("done"), undo: map[string]int64{}}
	if !mayEdit(c) || doneWords[d.done] == "" {
		return components.Toast{}
	}
	for _, name := range undoFields {
		d.undo[name], _ = parseID(c.Query("undo-" + name)) // without a number there is nothing to undo
	}
	return d.toast(c, doneWords[d.done])
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

// restore undoes a change of a runner, a deletion or a merge.
func (s *Server) restore(c *fiber.Ctx) error {
	form := formOf(c)
	if form.Has("bin") {
		id, err := parseID(form.Get("bin"))
		if err != nil {
			return err
		}
		runner, err := s.DB.Restore(c.UserContext(), id, s.actor(c))
		if err != nil {
			return err
		}
		return redirect(c, runnersNamed(runner.Name, deed{done: "restored"}))
	}
	id, err := parseID(form.Get("runner"))
	if err != nil {
		return err
	}
	version, err := parseID(form.Get("version"))
	if err != nil {
		return err
	}
	runner, err := s.DB.UndoUpdate(c.UserContext(), id, version, s.actor(c))
	if err != nil {
		return err
	}
	return redirect(c, runnersNamed(runner.Name, deed{done: "undone"}))
}

// runnersNamed is the list with the runners of a name, after a deed.
func runnersNamed(name string, d deed) string {
	params := d.query()
	params.Set("q", name)
	return "/admin/runners?" + params.Encode()
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
			Details: slices.DeleteFunc([]string{b.Deleted().Format("2 Jan 2006, 15:04") + " UTC", "by " + b.Actor}, func(s string) bool { return s == "by " }),
		})
	}
	props.PrevURL, props.NextURL = listAddress("/admin/bin").pages(number, more)
	return s.render(c, fiber.StatusOK, page{title: "Bin", nav: components.NavSignIn, body: components.BinPage(props)})
}
