package queries

import (
	"context"
	"fmt"
	"slices"

	"runnerdb/accounts"
	"runnerdb/club"
)

// maxSuppressed bounds who is known to have been erased: a club has few.
const maxSuppressed = 100_000

// SuppressedAmong reports for each of many runners what Suppressed does for
// one.
func (db *DB) SuppressedAmong(ctx context.Context, sealer *accounts.Sealer, runners []club.Runner) ([]bool, error) {
	found := make([]bool, len(runners))
	keys, err := suppressionKeys(ctx, db.read, sealer)
	if err != nil {
		return nil, fmt.Errorf("look for who was erased: %w", classify(err))
	}
	for _, key := range keys {
		const query = `SELECT name_hash, born_hash, licence_hash FROM suppressed WHERE key_id = $1 ORDER BY name_hash, born_hash, licence_hash LIMIT $2`
		var erased []suppressedRow
		if err := db.read.SelectContext(ctx, &erased, query, key.id, maxSuppressed); err != nil {
			return nil, fmt.Errorf("look for who was erased: %w", classify(err))
		}
		by := map[string][]suppressedRow{}
		for _, row := range erased {
			by[row.Name] = append(by[row.Name], row)
			if row.Licence != "" {
				by[row.Licence] = append(by[row.Licence], row)
			}
		}
		for i, runner := range runners {
			found[i] = found[i] || key.knows(by, runner)
		}
	}
	return found, nil
}

// knows reports whether a runner, by any name, fits one of those who were
// erased, who are given by the hashes of names and of licences.
func (k suppressionKey) knows(erased map[string][]suppressedRow, runner club.Runner) bool {
	for _, name := range append([]string{runner.Name}, runner.Aliases...) {
		row := k.row(name, runner.BirthDate, runner.Licence)
		if slices.ContainsFunc(slices.Concat(erased[row.Name], erased[row.Licence]), row.fits) {
			return true
		}
	}
	return false
}
