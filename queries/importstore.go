package queries

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// KindImport is the kind of deeds done with sheets.
const KindImport = "import"

// Import is what a sheet adds to the records and changes in them.
type Import struct {
	// Name is that of the file.
	Name string
	// Races are those of the sheet, with the number 0 where they are new.
	Races []club.Race
	// Runners are new, so many. They and the results come one by one: a sheet of
	// a hundred thousand rows need not lie in memory twice.
	Runners     iter.Seq[club.Runner]
	RunnerCount int
	Added       iter.Seq[AddedResult]
	AddedCount  int
	// Changed are results as they shall be, with the versions that were seen.
	Changed []club.Result
	// Contacts say how to reach runners, as it shall be, with the versions that
	// were seen.
	Contacts []ImportedContact
	// Learned are names of which somebody said whose they are.
	Learned []Spelling
	// Seen is how the records were when the import was planned.
	Seen RecordsAt
	// Replan plans the import again while nobody else can change the records. It
	// is called when they have changed since Seen; nil returns ErrStale then. Its
	// error ends the import.
	Replan func(ctx context.Context) (Import, error)
	// Digest is the same for two imports that store the same.
	Digest string
	// Insist keeps others from changing the records while a long import is
	// stored. Without it they may, until the end.
	Insist bool
	// Draft goes with the import; 0 for none.
	Draft int64
	// Header and Mapping are what was decided about the columns of such sheets,
	// to be remembered; nothing where nothing was.
	Header, Mapping string
	// Progress, which may be nil, is told how many rows are stored.
	Progress func(done int)
}

// AddedResult is a new result. Race is an index into an import's races, Runner
// one into its new runners, or -1 where the result names one who is known.
type AddedResult struct {
	Result       club.Result
	Race, Runner int
}

// StoreImport stores all of an import, or nothing, and gives back its number.
// ErrStale says that its draft has gone, or that the records have changed so
// that it has to be planned again.
func (db *DB) StoreImport(ctx context.Context, im Import, actor Actor) (id int64, err error) {
	err = db.inTx(ctx, func(tx *sqlx.Tx) error {
		s := importStore{db: db, tx: tx, im: im, actor: actor}
		if err := s.begin(ctx); err != nil {
			return err
		}
		for _, step := range []func(context.Context) error{s.races, s.runners, s.results, s.deriveNew, s.hold, s.changes, s.deriveKnown, s.publish, s.note} {
			if err := step(ctx); err != nil {
				return err
			}
		}
		id = s.id
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("import %s: %w", im.Name, err)
	}
	return id, nil
}

// importStore is an import on its way into the records.
type importStore struct {
	db    *DB
	tx    *sqlx.Tx
	im    Import
	actor Actor
	id    int64
	// runnerIDs and raceIDs number what is new.
	runnerIDs, raceIDs []int64
	touched            []int64
	// derivedFrom is the basis on which what lists show of new runners was derived.
	derivedFrom int64
	newRaces    bool
	stored      int
}

func (s *importStore) begin(ctx context.Context) error {
	if err := s.waitItsTurn(ctx); err != nil {
		return err
	}
	if s.isLong() {
		if changed, err := s.recordsChanged(ctx); err != nil || changed {
			return errors.Join(err, ErrStale)
		}
	} else if err := s.holdAndReplan(ctx); err != nil {
		return err
	}
	if s.im.Draft != 0 {
		gone, err := s.tx.ExecContext(ctx, `DELETE FROM drafts WHERE id = $1`, s.im.Draft)
		if err != nil {
			return err
		}
		if n, err := gone.RowsAffected(); err != nil || n == 0 {
			return ErrStale
		}
	}
	const insert = `INSERT INTO imports (kind, status, name, created_at) VALUES ('sheet', 'done', $1, $2) RETURNING id`
	return s.tx.GetContext(ctx, &s.id, insert, s.im.Name, millis(s.actor.At))
}

func (s *importStore) races(ctx context.Context) error {
	const insert = `INSERT INTO races (series_id, held_on, metres, import_id) VALUES ($1, $2, $3, $4) RETURNING id`
	for _, race := range s.im.Races {
		if race.ID == 0 {
			s.newRaces = true
			if err := s.db.findSeries(ctx, s.tx, &race, &s.id); err != nil {
				return err
			}
			if err := s.tx.GetContext(ctx, &race.ID, insert, race.SeriesID, race.HeldOn, race.Length, s.id); err != nil {
				return err
			}
		}
		s.raceIDs = append(s.raceIDs, race.ID)
	}
	return nil
}

// numbers are as many new ids of a table.
func (s *importStore) numbers(ctx context.Context, table string, count int) ([]int64, error) {
	ids := make([]int64, 0, count)
	if s.db.engine == postgresEngine {
		const query = `SELECT nextval(pg_get_serial_sequence($1, 'id')) FROM generate_series(1, $2) ORDER BY 1`
		return ids, s.tx.SelectContext(ctx, &ids, query, table, count)
	}
	var last int64
	if err := s.tx.GetContext(ctx, &last, `SELECT COALESCE(MAX(seq), 0) FROM sqlite_sequence WHERE name = $1`, table); err != nil {
		return nil, err
	}
	for i := range count {
		ids = append(ids, last+int64(i)+1)
	}
	return ids, nil
}

func (s *importStore) runners(ctx context.Context) (err error) {
	if s.runnerIDs, err = s.numbers(ctx, "runners", s.im.RunnerCount); err != nil {
		return err
	}
	rows := newInserter("runners", "id", "name", "search_key", "sex", "birth_date", "licence", "licence_key", "hidden",
		"import_id", "created_at", "updated_at")
	i := 0
	for r := range s.im.Runners {
		if err := s.flush(ctx, &rows); err != nil {
			return err
		}
		rows.add(s.runnerIDs[i], r.Name, club.Fold(r.Name), r.Sex, r.BirthDate, r.Licence, club.LicenceKey(r.Licence), false,
			s.id, millis(s.actor.At), millis(s.actor.At))
		i++
	}
	if err := rows.into(ctx, s.db.engine, s.tx); err != nil {
		return err
	}
	return s.db.learnSizes(ctx, s.tx, s.im.RunnerCount) // each result's runner is looked up
}

// flush stores the rows that have come together, when they are many.
func (s *importStore) flush(ctx context.Context, rows *inserter) error {
	const many = 5000
	if len(rows.values) < many*len(rows.columns) {
		return nil
	}
	s.stored += len(rows.values) / len(rows.columns)
	if s.im.Progress != nil {
		s.im.Progress(s.stored / 2) // a runner and a result for each row
	}
	err := rows.into(ctx, s.db.engine, s.tx)
	rows.values = rows.values[:0]
	return err
}

func (s *importStore) results(ctx context.Context) error {
	ids, err := s.numbers(ctx, "results", s.im.AddedCount)
	if err != nil {
		return err
	}
	rows := newInserter("results", "id", "runner_id", "race_id", "status", "net_ms", "gun_ms", "position", "category", "club", "counts", "import_id")
	i := 0
	for added := range s.im.Added {
		r := added.Result
		if added.Runner >= 0 {
			r.RunnerID = s.runnerIDs[added.Runner]
		} else {
			s.touched = append(s.touched, r.RunnerID)
		}
		if err := s.flush(ctx, &rows); err != nil {
			return err
		}
		rows.add(ids[i], r.RunnerID, s.raceIDs[added.Race], r.Status, r.Net, r.Gun, r.Position, r.Category, r.Club, true, s.id)
		i++
	}
	return rows.into(ctx, s.db.engine, s.tx)
}

func (s *importStore) changes(ctx context.Context) error {
	const update = `
		UPDATE results
		SET status = $1, net_ms = $2, gun_ms = $3, position = $4, category = $5, club = $6, version = version + 1
		WHERE id = $7`
	const keep = `INSERT INTO import_changes (import_id, result_id, version, before, runner_id) VALUES ($1, $2, $3, $4, $5)`
	for _, r := range s.im.Changed {
		before, err := resultIn(ctx, s.tx, r.ID)
		if err != nil {
			return err
		}
		if before.Version != r.Version {
			return ErrStale
		}
		if _, err := s.tx.ExecContext(ctx, update, r.Status, r.Net, r.Gun, r.Position, r.Category, r.Club, r.ID); err != nil {
			return err
		}
		text, err := asJSON(before)
		if err != nil {
			return err
		}
		if _, err := s.tx.ExecContext(ctx, keep, s.id, r.ID, r.Version+1, text, before.RunnerID); err != nil {
			return err
		}
		s.touched = append(s.touched, before.RunnerID)
	}
	const learn = `
		INSERT INTO spellings (name, runner_id, same) VALUES ($1, $2, $3)
		ON CONFLICT (name, runner_id) DO UPDATE SET same = excluded.same`
	for _, l := range s.im.Learned {
		if _, err := s.tx.ExecContext(ctx, learn, l.Name, l.RunnerID, l.Same); err != nil {
			return err
		}
	}
	if s.im.Header == "" {
		return nil
	}
	const remember = `
		INSERT INTO source_mappings (header, mapping) VALUES ($1, $2)
		ON CONFLICT (header) DO UPDATE SET mapping = excluded.mapping`
	_, err := s.tx.ExecContext(ctx, remember, s.im.Header, s.im.Mapping)
	return err
}
