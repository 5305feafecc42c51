package jobs

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"runnerdb/accounts"
	"runnerdb/imports"
	"runnerdb/queries"
)

const importKind = "import"

// ImportOrder is to import a draft as it was shown, by whom.
type ImportOrder struct {
	Draft int64
	Shown string
	Actor queries.Actor
}

// Import is the job that carries out an order, for a file of that name. A draft
// is imported once.
func Import(o ImportOrder, name string) queries.NewJob {
	return queries.NewJob{Kind: importKind, Key: fmt.Sprintf("import-%d", o.Draft), Title: "Import " + name, Payload: o}
}

// runImport does it. Begun again after it was done, it finds the draft gone, and
// what came of it.
func runImport(db *queries.DB, sealer *accounts.Sealer, now func() time.Time) Func {
	return func(ctx context.Context, job queries.Job, progress Progress) (string, error) {
		var o ImportOrder
		if err := json.Unmarshal([]byte(job.Payload), &o); err != nil {
			return "", err
		}
		draft, err := imports.Load(ctx, db, o.Draft)
		if errors.Is(err, queries.ErrNotFound) && job.Result != "" {
			return job.Result, nil
		}
		if errors.Is(err, queries.ErrNotFound) {
			return "", ProblemError("The sheet has been imported or discarded.")
		}
		if err != nil {
			return "", err
		}
		order := draft.Order(o.Shown)
		order.Progress = progress
		o.Actor.At = now()
		_, _, err = imports.Commit(ctx, imports.Records{DB: db, Sealer: sealer}, order, o.Actor)
		if errors.Is(err, imports.ErrChanged) || errors.Is(err, imports.ErrIncomplete) {
			return "", ProblemError("The records have changed since the preview. Look at it again, and import it then.")
		}
		if errors.Is(err, queries.ErrSuppressionSealed) {
			return "", ProblemError("We can't tell who asked to be erased, so nobody can be added. Ask whoever runs the server to set SESSION_KEYS to the keys that it had.")
		}
		if err != nil {
			return "", err
		}
		done, err := db.Job(ctx, job.ID)
		return done.Result, err
	}
}
