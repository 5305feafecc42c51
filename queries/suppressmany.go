package queries

import (
	"context"
	"fmt"

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
			row := key.row(runner.Name, runner.BirthDate, runner.Licence)
			for _, was := range append(by[row.Name], by[row.Licence]...) {
				found[i] = found[i] || was.fits(row)
			}
		}
	}
	return found, nil
}
