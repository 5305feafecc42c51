package imports

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"

	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/sheets"
)

// ErrChanged says that the plan is no longer the one that was shown: somebody
// changed the records, or the sheet's draft, in the meantime.
var ErrChanged = errors.New("the records have changed since the preview")

// ErrIncomplete says that something must be said of the race first.
var ErrIncomplete = errors.New("the race is not known well enough")

// tries is how often a plan is made anew while others change the records.
const tries = 5

// Fingerprint tells plans apart that would do different things.
func (p *Plan) Fingerprint() string {
	h := sha256.New()
	for _, race := range p.Races {
		fmt.Fprintf(h, "%d\x00%s\x00%s\x00%d\n", race.ID, race.Name, race.HeldOn, race.Length)
	}
	for _, row := range p.Rows {
		e := row.Entry
		fmt.Fprintf(h, "%d\x00%s\x00%d\x00%s\x00%d\x00%d\x00%s\x00%d\x00%s\x00%s\x00%d\x00%s\x00%s\x00%s\n", e.Line, row.Verdict, row.Runner,
			e.Name, e.Net, e.Gun, e.Status, e.Position, e.Category, e.Club, e.Event, e.Sex, e.BirthDate, e.Licence)
		if row.Contact != nil {
			fmt.Fprintf(h, "%s\x00%s\n", row.Contact.Email, row.Contact.Phone)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// Order is to store the rows of a file that are ready: all of them, or none.
type Order struct {
	File    *sheets.File
	Choices Choices
	// Shown is the fingerprint of the plan that somebody agreed to, or nothing to
	// agree to whatever comes.
	Shown string
	// Draft goes with it; 0 for none.
	Draft int64
	// Progress, which may be nil, is told how much is done.
	Progress func(done, total int)
}

// Commit carries out an order. Without a draft nothing is stored where there is
// nothing new, and the number is 0.
func Commit(ctx context.Context, records Records, o Order, actor queries.Actor) (id int64, plan *Plan, err error) {
	for try := range tries {
		if plan, err = Make(ctx, records, o.File, o.Choices); err != nil {
			return 0, nil, err
		}
		if len(plan.Problems) > 0 {
			return 0, plan, ErrIncomplete
		}
		if o.Shown != "" && plan.Fingerprint() != o.Shown {
			return 0, plan, ErrChanged
		}
		im := plan.toImport(o.Draft)
		im.Insist = try > 1
		if o.Draft == 0 && im.AddedCount+len(im.Changed)+len(im.Contacts) == 0 {
			return 0, plan, nil
		}
		if o.Progress != nil {
			im.Progress = func(done int) { o.Progress(min(done, im.AddedCount), im.AddedCount) }
		}
		id, err = records.DB.StoreImport(ctx, im, actor)
		if !errors.Is(err, queries.ErrStale) && !errors.Is(err, queries.ErrExists) {
			return id, plan, err
		}
	}
	return 0, plan, ErrChanged
}

// toImport is what is stored of a plan.
func (p *Plan) toImport(draft int64) queries.Import {
	im := queries.Import{
		Name: p.File, Races: p.Races, Seen: p.seen, Draft: draft, Learned: p.learned(), Runners: p.newRunners, Added: p.addedResults,
	}
	if len(p.choices.Mapping) > 0 && p.Sheet.Header > 0 {
		mapping, err := json.Marshal(p.choices.Mapping)
		if err == nil { // a map of words always can be
			im.Header, im.Mapping = p.Sheet.HeaderKey(), string(mapping)
		}
	}
	newcomers, seen := p.numbered(), map[*queries.ImportedContact]bool{}
	for _, row := range p.Rows {
		if !row.Ready() {
			continue
		}
		number := -1
		if row.Runner == 0 {
			number = newcomers.of(row)
		}
		if row.Contact != nil && !seen[row.Contact] {
			seen[row.Contact] = true
			contact := *row.Contact
			contact.New = number
			im.Contacts = append(im.Contacts, contact)
		}
		switch {
		case row.Stored == nil:
			im.AddedCount++
		case len(differences(*row.Stored, resultOf(row.Entry))) > 0:
			im.Changed = append(im.Changed, changed(*row.Stored, resultOf(row.Entry)))
		}
	}
	im.RunnerCount = newcomers.next
	return im
}

func (p *Plan) newRunners(yield func(club.Runner) bool) {
	for _, row := range p.Rows {
		e := row.Entry
		if row.Ready() && row.Runner == 0 && row.With == 0 && !yield(club.Runner{Name: e.Name, Sex: e.Sex, BirthDate: e.BirthDate, Licence: e.Licence}) {
			return
		}
	}
}

func (p *Plan) addedResults(yield func(queries.AddedResult) bool) {
	newcomers := p.numbered()
	for _, row := range p.Rows {
		if !row.Ready() || row.Stored != nil {
			continue
		}
		added := queries.AddedResult{Result: resultOf(row.Entry), Race: row.Entry.Event, Runner: -1}
		if added.Result.RunnerID = row.Runner; row.Runner == 0 {
			added.Runner = newcomers.of(row)
		}
		if !yield(added) {
			return
		}
	}
}

// changed is a stored result with what the sheet says.
func changed(stored, sheet club.Result) club.Result {
	stored.Status = sheet.Status
	if sheet.Net > 0 {
		stored.Net = sheet.Net
	}
	if sheet.Gun > 0 {
		stored.Gun = sheet.Gun
	}
	if sheet.Position > 0 {
		stored.Position = sheet.Position
	}
	if sheet.Category != "" {
		stored.Category = sheet.Category
	}
	if sheet.Club != "" {
		stored.Club = sheet.Club
	}
	return stored
}

// learned are the decisions to remember: of a spelling, that it is the runner
// who was chosen, and none of those who were not. Of two with the very same name
// a spelling says nothing.
func (p *Plan) learned() (found []queries.Spelling) {
	for _, row := range p.Rows {
		if !row.Said || !row.Ready() {
			continue
		}
		name := club.Fold(row.Entry.Name)
		if row.Runner != 0 && name != club.Fold(row.RunnerName) {
			found = append(found, queries.Spelling{Name: name, RunnerID: row.Runner, Same: true})
		}
		for _, m := range row.Matches {
			if m.Runner.ID != row.Runner && m.Runner.Key != name {
				found = append(found, queries.Spelling{Name: name, RunnerID: m.Runner.ID})
			}
		}
	}
	return found
}
