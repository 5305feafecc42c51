package imports

import (
	"context"
	"fmt"
	"slices"

	"runnerdb/accounts"
	"runnerdb/club"
	"runnerdb/queries"
	"runnerdb/search"
	"runnerdb/sheets"
)

// maxNear is the maximum number of names looked up with spelling mistakes.
const maxNear = 500

// planner makes a plan.
type planner struct {
	db      *queries.DB
	sealer  *accounts.Sealer
	choices Choices
	races   []club.Race
	// stored holds the stored results, by race index and runner.
	stored     []map[int64]*club.Result
	candidates queries.Candidates
	// words holds earlier decisions about folded names, and said the runners
	// named by those or by choices.
	words map[string]map[int64]bool
	said  map[int64]queries.Candidate
	near  map[string][]Match
	clubs map[string]bool
	// erased is true for rows that may belong to somebody who was erased.
	erased []bool
}

// Make plans an import.
func Make(ctx context.Context, records Records, file *sheets.File, choices Choices) (*Plan, error) {
	sheet, err := file.Read(choices.Options())
	if err != nil {
		return nil, err
	}
	p := &planner{db: records.DB, sealer: records.Sealer, choices: choices, clubs: clubKeys(choices.Clubs)}
	plan := &Plan{File: file.Name, Sheet: sheet, Rows: make([]PlanRow, len(sheet.Entries)), choices: choices}
	if records.DB != nil {
		if plan.seen, err = records.DB.RecordsAt(ctx); err != nil {
			return nil, err
		}
	}
	if err := p.fill(ctx, plan, sheet); err != nil || records.DB == nil {
		return plan, err
	}
	// If the records changed meanwhile, the plan fits no single revision, and
	// must not pass for one of an older revision that a restore may bring back.
	now, err := records.DB.RecordsAt(ctx)
	if now != plan.seen {
		plan.seen = queries.RecordsAt{}
	}
	return plan, err
}

// fill decides what happens to each row.
func (p *planner) fill(ctx context.Context, plan *Plan, sheet *sheets.Sheet) error {
	if err := p.load(ctx, sheet); err != nil {
		return err
	}
	plan.Races, plan.Problems = p.races, problems(p.races)
	for i := range sheet.Entries {
		plan.Rows[i].Entry = &sheet.Entries[i]
	}
	p.claimPresent(plan.Rows)
	for i := range plan.Rows {
		p.judge(&plan.Rows[i])
		p.holdErased(&plan.Rows[i], i)
	}
	p.oneRowEach(plan.Rows)
	p.joinNewcomers(plan.Rows)
	return p.fillContacts(ctx, plan.Rows)
}

func problems(races []club.Race) (found []string) {
	for _, race := range races {
		if race.ID != 0 {
			continue
		}
		if race.Name == "" {
			found = append(found, "Say the name of the race.")
		}
		if race.HeldOn.IsZero() {
			found = append(found, fmt.Sprintf("Say on which day %s was.", race.Name))
		}
		if race.Length < 100 || race.Length > 1_000_000 {
			found = append(found, fmt.Sprintf("Say how long %s is.", race.Name))
		}
	}
	slices.Sort(found)
	return slices.Compact(found)
}

// load reads the records that rows are compared with.
func (p *planner) load(ctx context.Context, sheet *sheets.Sheet) error {
	p.races = make([]club.Race, len(sheet.Events))
	p.stored = make([]map[int64]*club.Result, len(sheet.Events))
	for i, event := range sheet.Events {
		p.races[i] = club.Race{Name: event.Name, HeldOn: event.HeldOn, Length: event.Length}
		if p.db == nil {
			continue
		}
		if err := p.loadRace(ctx, i); err != nil {
			return err
		}
	}
	if p.db == nil {
		return nil
	}
	if err := p.loadErased(ctx, sheet); err != nil {
		return err
	}
	return p.loadRunners(ctx, sheet)
}

// loadErased finds the rows that may belong to people who were erased.
func (p *planner) loadErased(ctx context.Context, sheet *sheets.Sheet) (err error) {
	runners := make([]club.Runner, len(sheet.Entries))
	for i := range sheet.Entries {
		e := &sheet.Entries[i]
		runners[i] = club.Runner{Name: e.Name, BirthDate: e.BirthDate, Licence: e.Licence}
		if e.BirthDate.IsZero() && e.BirthYear > 0 {
			runners[i].BirthDate = club.Date{Year: e.BirthYear, Month: 1, Day: 1}
		}
	}
	p.erased, err = p.db.SuppressedAmong(ctx, p.sealer, runners)
	return err
}

// holdErased holds back a row that would create a runner for somebody who was
// erased, until a person accepts that very row.
func (p *planner) holdErased(row *PlanRow, at int) {
	if p.erased == nil || !p.erased[at] || row.Runner != 0 || row.Verdict != New && row.Verdict != Warning {
		return
	}
	row.Erased = true
	row.reason("may be somebody who asked to be forgotten: take it only when they agree")
	if !p.choices.Accept[row.Entry.Line] {
		row.Verdict = Warning
	}
}

// loadRace finds the race of an event among those of the same day: the same
// series, and the same length within the tolerance of a road course.
func (p *planner) loadRace(ctx context.Context, at int) error {
	race := &p.races[at]
	if race.HeldOn.IsZero() {
		return nil
	}
	races, err := p.db.RacesOn(ctx, race.HeldOn)
	if err != nil {
		return err
	}
	for _, other := range races {
		off := other.Length - race.Length
		if club.Fold(other.Name) == club.Fold(race.Name) && max(off, -off)*100 <= other.Length {
			*race = other
			break
		}
	}
	if race.ID == 0 {
		return nil
	}
	results, err := p.db.ResultsOfRace(ctx, race.ID)
	if err != nil {
		return err
	}
	p.stored[at] = make(map[int64]*club.Result, len(results))
	for i := range results {
		p.stored[at][results[i].RunnerID] = &results[i]
	}
	return nil
}

func (p *planner) loadRunners(ctx context.Context, sheet *sheets.Sheet) (err error) {
	var like queries.Likenesses
	for _, e := range sheet.Entries {
		like.Names = append(like.Names, club.Fold(e.Name))
		if key := club.LicenceKey(e.Licence); key != "" {
			like.Licences = append(like.Licences, key)
		}
	}
	slices.Sort(like.Names)
	slices.Sort(like.Licences)
	like.Names, like.Licences = slices.Compact(like.Names), slices.Compact(like.Licences)
	if p.candidates, err = p.db.FindCandidates(ctx, like); err != nil {
		return err
	}
	if err := p.loadWords(ctx, like.Names); err != nil {
		return err
	}
	return p.loadNear(ctx, sheet)
}

func (p *planner) loadWords(ctx context.Context, names []string) error {
	spellings, err := p.db.Spellings(ctx, names)
	if err != nil {
		return err
	}
	p.words = map[string]map[int64]bool{}
	var ids []int64
	for _, s := range spellings {
		if p.words[s.Name] == nil {
			p.words[s.Name] = map[int64]bool{}
		}
		p.words[s.Name][s.RunnerID] = s.Same
		ids = append(ids, s.RunnerID)
	}
	for _, id := range p.choices.Who {
		if id != 0 {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	p.said, err = p.db.CandidatesByID(ctx, slices.Compact(ids))
	return err
}

// loadNear looks for runners with similar names for rows that match nobody, if
// these are few.
func (p *planner) loadNear(ctx context.Context, sheet *sheets.Sheet) error {
	p.near = map[string][]Match{}
	var unknown []string
	for i := range sheet.Entries {
		e := &sheet.Entries[i]
		key := club.Fold(e.Name)
		if len(p.candidates.ByName[key]) == 0 && key != "" && p.isOurs(e) {
			unknown = append(unknown, key)
		}
	}
	slices.Sort(unknown)
	if unknown = slices.Compact(unknown); len(unknown) > maxNear {
		return nil
	}
	hits := map[string][]int64{}
	var ids []int64
	for _, name := range unknown {
		found, err := p.db.NearlyNamed(ctx, name)
		if err != nil {
			return err
		}
		hits[name] = found
		ids = append(ids, found...)
	}
	slices.Sort(ids)
	runners, err := p.db.CandidatesByID(ctx, slices.Compact(ids))
	if err != nil {
		return err
	}
	for name, found := range hits {
		for _, id := range found {
			c, known := runners[id]
			if _, said := p.words[name][id]; known && !said && search.Alike(name, c.Name) {
				p.near[name] = append(p.near[name], Match{Runner: c, Why: "nearly the same name"})
			}
		}
	}
	return nil
}

// isOurs reports whether the club of a row is imported.
func (p *planner) isOurs(e *sheets.ResultRow) bool {
	return len(p.clubs) == 0 || p.clubs[clubKey(e.Club)]
}
