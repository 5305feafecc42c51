package queries

import (
	"context"
	"fmt"
	"slices"

	"github.com/jmoiron/sqlx"

	"runnerdb/accounts"
	"runnerdb/club"
)

// maxSuppressed bounds who is known to have been erased: a club has few.
const maxSuppressed = 100_000

// suppressionList is everybody who was erased, by the keys of the hashes and by
// the hashes of names and of licences.
type suppressionList []struct {
	key suppressionKey
	by  map[string][]suppressedRow
}

// SuppressedAmong reports for each of many runners what Suppressed does for
// one.
func (db *DB) SuppressedAmong(ctx context.Context, sealer *accounts.Sealer, runners []club.Runner) ([]bool, error) {
	list, err := suppressionListIn(ctx, db.read, sealer)
	if err != nil {
		return nil, fmt.Errorf("look for who was erased: %w", classify(err))
	}
	found := make([]bool, len(runners))
	for i, runner := range runners {
		found[i] = list.knows(runner)
	}
	return found, nil
}

func suppressionListIn(ctx context.Context, q sqlx.QueryerContext, sealer *accounts.Sealer) (suppressionList, error) {
	const query = `SELECT name_hash, born_hash, licence_hash FROM suppressed WHERE key_id = $1 ORDER BY name_hash, born_hash, licence_hash LIMIT $2`
	keys, sealed, err := suppressionKeys(ctx, q, sealer)
	if err != nil {
		return nil, err
	}
	if len(sealed) > 0 {
		return nil, ErrSuppressionSealed
	}
	list := make(suppressionList, len(keys))
	for i, key := range keys {
		var erased []suppressedRow
		if err := sqlx.SelectContext(ctx, q, &erased, query, key.id, maxSuppressed); err != nil {
			return nil, err
		}
		list[i].key, list[i].by = key, map[string][]suppressedRow{}
		for _, row := range erased {
			list[i].by[row.Name] = append(list[i].by[row.Name], row)
			if row.Licence != "" {
				list[i].by[row.Licence] = append(list[i].by[row.Licence], row)
			}
		}
	}
	return list, nil
}

// knows reports whether a runner, by any name, fits somebody who was erased.
func (l suppressionList) knows(runner club.Runner) bool {
	for _, erased := range l {
		for _, name := range append([]string{runner.Name}, runner.Aliases...) {
			row := erased.key.row(name, runner.BirthDate, runner.Licence)
			if slices.ContainsFunc(slices.Concat(erased.by[row.Name], erased.by[row.Licence]), row.fits) {
				return true
			}
		}
	}
	return false
}
