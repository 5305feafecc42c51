package queries

import (
	"context"
	"fmt"
	"strings"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
	"runnerdb/search"
)

// Visibility chooses runners by whether they are hidden.
type Visibility string

// The choices; the zero value takes all runners.
const (
	AnyVisibility Visibility = ""
	VisibleOnly   Visibility = "visible"
	HiddenOnly    Visibility = "hidden"
)

// RunnerFilter chooses and orders the runners of a list for those who keep
// them.
type RunnerFilter struct {
	// Query holds words that each begin a word of the name.
	Query      string
	Visibility Visibility
	// Sort is a key of RunnerSorts; any other sorts by name.
	Sort          string
	Offset, Limit int
}

// RunnerSorts are the orders of a list: the key, and what it sorts by.
var RunnerSorts = map[string]string{
	"name":  "r.search_key, r.id",
	"races": "s.races DESC, r.search_key, r.id",
	"last":  "s.last_race_on IS NULL, s.last_race_on DESC, r.search_key, r.id",
	"club":  "s.club = '', s.club, s.runner_id",
	"new":   "r.id DESC",
}

// KeptRunner is a runner as those see one who keep them: hidden ones too, and
// with what is never public.
type KeptRunner struct {
	club.Runner
	Races      int       `db:"races"`
	LastRaceOn club.Date `db:"last_race_on"`
	Category   string    `db:"category"`
	Club       string    `db:"club"`
}

const keptColumns = `r.id, r.name, r.sex, r.birth_date, r.licence, r.visibility, r.hidden_for, r.hidden, r.version, s.races, s.last_race_on, s.category, s.club`

// KeptRunners lists runners, and counts all that the filter lets through.
func (db *DB) KeptRunners(ctx context.Context, f RunnerFilter) (runners []KeptRunner, total int, err error) {
	where, args := f.where()
	query := sqlx.Rebind(sqlx.DOLLAR, `SELECT COUNT(*) FROM runners r WHERE `+where)
	if err := db.read.GetContext(ctx, &total, query, args...); err != nil {
		return nil, 0, fmt.Errorf("count runners: %w", classify(err))
	}
	runners, err = db.ListKeptRunners(ctx, f)
	return runners, total, err
}

const keptFrom = ` FROM runners r JOIN runner_summaries s ON s.runner_id = r.id WHERE `

// ListKeptRunners is KeptRunners without the count.
func (db *DB) ListKeptRunners(ctx context.Context, f RunnerFilter) ([]KeptRunner, error) {
	order, ok := RunnerSorts[f.Sort]
	if !ok {
		order = RunnerSorts["name"]
	}
	where, args := f.where()
	query := sqlx.Rebind(sqlx.DOLLAR, `SELECT `+keptColumns+keptFrom+where+` ORDER BY `+order+` LIMIT ? OFFSET ?`)
	var runners []KeptRunner
	if err := db.read.SelectContext(ctx, &runners, query, append(args, f.Limit, f.Offset)...); err != nil {
		return nil, fmt.Errorf("list runners: %w", classify(err))
	}
	if err := db.addAliases(ctx, runners); err != nil {
		return nil, fmt.Errorf("list runners: %w", classify(err))
	}
	return runners, nil
}

func (db *DB) addAliases(ctx context.Context, runners []KeptRunner) error {
	ids := make([]int64, len(runners))
	for i, r := range runners {
		ids[i] = r.ID
	}
	aliases, err := db.aliasesOf(ctx, ids)
	for i := range runners {
		runners[i].Aliases = aliases[runners[i].ID]
	}
	return err
}

func (f RunnerFilter) where() (string, []any) {
	conditions, args := []string{"TRUE"}, []any{}
	for _, term := range search.Terms(f.Query) {
		conditions = append(conditions, `(' ' || r.search_key) LIKE ? ESCAPE '\'`)
		args = append(args, "% "+literal.Replace(term)+"%")
	}
	switch f.Visibility {
	case AnyVisibility:
	case VisibleOnly:
		conditions = append(conditions, "NOT r.hidden")
	case HiddenOnly:
		conditions = append(conditions, "r.hidden")
	}
	return strings.Join(conditions, " AND "), args
}

// literal lets LIKE look for what stands there.
var literal = strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`)

// KeptRunner is one runner of the list.
func (db *DB) KeptRunner(ctx context.Context, id int64) (KeptRunner, error) {
	runners, err := db.keptByID(ctx, []int64{id})
	if err != nil {
		return KeptRunner{}, fmt.Errorf("runner %d: %w", id, classify(err))
	}
	runner, ok := runners[id]
	if !ok {
		return KeptRunner{}, fmt.Errorf("runner %d: %w", id, ErrNotFound)
	}
	return runner, nil
}

func (db *DB) keptByID(ctx context.Context, ids []int64) (map[int64]KeptRunner, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	query, args, err := sqlx.In(`SELECT `+keptColumns+` FROM runners r JOIN runner_summaries s ON s.runner_id = r.id WHERE r.id IN (?)`, ids)
	if err != nil {
		return nil, err
	}
	var rows []KeptRunner
	if err := db.read.SelectContext(ctx, &rows, sqlx.Rebind(sqlx.DOLLAR, query), args...); err != nil {
		return nil, err
	}
	if err := db.addAliases(ctx, rows); err != nil {
		return nil, err
	}
	runners := make(map[int64]KeptRunner, len(rows))
	for _, row := range rows {
		runners[row.ID] = row
	}
	return runners, nil
}

// CountResults is how many results a runner has, those not started too.
func (db *DB) CountResults(ctx context.Context, runnerID int64) (int, error) {
	var count int
	if err := db.read.GetContext(ctx, &count, `SELECT COUNT(*) FROM results WHERE runner_id = $1`, runnerID); err != nil {
		return 0, fmt.Errorf("count results of runner %d: %w", runnerID, classify(err))
	}
	return count, nil
}
