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

// tries is how often an import is begun. After the first time it waits its turn
// and is planned while nobody else changes the records; what remains is that the
// database ends one of two transactions that wait for each other.
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
		if row.Verdict == Changed {
			fmt.Fprintf(h, "%q\n", differences(*row.Stored, resultOf(e)))
		}
		if row.Contact != nil {
			fmt.Fprintf(h, "%s\x00%s\n", row.Contact.Email, row.Contact.Phone)
		}
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}

// digest tells imports apart that would store different things: beside what the
// plan does, in which versions it found what it changes.
func digest(p *Plan, im *queries.Import) string {
	h := sha256.New()
	fmt.Fprintf(h, "%s\n%v\n%d %d\n%v\n%v\n", p.Fingerprint(), p.Races, im.RunnerCount, im.AddedCount, im.Changed, im.Learned)
	for _, contact := range im.Contacts {
		fmt.Fprintf(h, "%+v\n", contact)
	}
	return hex.EncodeToString(h.Sum(nil))
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
// nothing new, and the number is 0. While others change the records it waits its
// turn; ErrChanged says that it would now do something else than was shown.
func Commit(ctx context.Context, records Records, o Order, actor queries.Actor) (id int64, plan *Plan, err error) {
	c := commit{records: records, order: o}
	for try := range tries {
		var im queries.Import
		if im, err = c.makePlan(ctx); err == nil {
			im.Insist = try > 0
			im.Replan = c.makePlan
			id, err = records.DB.StoreImport(ctx, im, actor)
		}
		if !errors.Is(err, queries.ErrStale) && !errors.Is(err, queries.ErrExists) && !queries.IsContention(err) {
			break
		}
	}
	switch {
	case errors.Is(err, errNothing):
		return 0, c.plan, nil
	case errors.Is(err, queries.ErrStale), errors.Is(err, queries.ErrExists):
		return 0, c.plan, ErrChanged
	}
	return id, c.plan, err
}

// errNothing says that everything is stored already.
var errNothing = errors.New("there is nothing to store")

// commit carries out one order.
type commit struct {
	records Records
	order   Order
	// plan is the last one that was made.
	plan *Plan
}

// makePlan plans the import as the records are now. ErrChanged says that this is
// not what was shown.
func (c *commit) makePlan(ctx context.Context) (im queries.Import, err error) {
	if c.plan, err = Make(ctx, c.records, c.order.File, c.order.Choices); err != nil {
		return im, err
	}
	if len(c.plan.Problems) > 0 {
		return im, ErrIncomplete
	}
	if c.order.Shown != "" && c.plan.Fingerprint() != c.order.Shown {
		return im, ErrChanged
	}
	im = c.plan.toImport(c.order.Draft)
	if c.order.Draft == 0 && im.AddedCount+len(im.Changed)+len(im.Contacts) == 0 {
		return im, errNothing
	}
	im.Digest = digest(c.plan, &im)
	if total := im.AddedCount; c.order.Progress != nil {
		im.Progress = func(done int) { c.order.Progress(min(done, total), total) }
	}
	return im, nil
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
