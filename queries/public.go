package queries

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jmoiron/sqlx"

	"runnerdb/club"
)

// visible is the condition, on the runner r, of all that anybody may see under
// a name. What is for those who keep the records is without it; a test knows
// each such query.
const visible = `NOT r.hidden`

// settleVisibility derives anew who of the runners r that where chooses is
// hidden, and why.
func settleVisibility(ctx context.Context, tx *sqlx.Tx, where string, args ...any) error {
	var rows []struct {
		ID         int64           `db:"id"`
		BirthDate  club.Date       `db:"birth_date"`
		CreatedAt  int64           `db:"created_at"`
		Visibility club.Visibility `db:"visibility"`
		HiddenFor  club.Reason     `db:"hidden_for"`
		Hidden     bool            `db:"hidden"`
	}
	query := `SELECT r.id, r.birth_date, r.created_at, r.visibility, r.hidden_for, r.hidden FROM runners r WHERE ` + where + ` ORDER BY r.id`
	if err := tx.SelectContext(ctx, &rows, sqlx.Rebind(sqlx.DOLLAR, query), args...); err != nil {
		return fmt.Errorf("who is hidden: %w", err)
	}
	juniors, err := juniorsIn(ctx, tx, where, args...)
	if err != nil {
		return fmt.Errorf("who is a junior: %w", err)
	}
	changed := map[club.Reason][]int64{}
	for _, row := range rows {
		recorded := club.DayOf(time.UnixMilli(row.CreatedAt))
		why := club.WhyHidden(row.Visibility, row.BirthDate, recorded, juniors[row.ID])
		if why != row.HiddenFor || row.Hidden != (why != club.NotHidden) {
			changed[why] = append(changed[why], row.ID)
		}
	}
	for why, ids := range changed {
		if err := storeHidden(ctx, tx, why, ids); err != nil {
			return fmt.Errorf("hide %d runners: %w", len(ids), err)
		}
	}
	return nil
}

// juniorsIn are the runners without a birth date and without a word of anybody
// who have a result in a junior category.
func juniorsIn(ctx context.Context, tx *sqlx.Tx, where string, args ...any) (map[int64]bool, error) {
	query := `
		SELECT DISTINCT t.runner_id, t.category
		FROM results t
		JOIN runners r ON r.id = t.runner_id
		WHERE r.birth_date IS NULL AND r.visibility = '' AND t.category <> '' AND ` + where
	var rows []struct {
		RunnerID int64  `db:"runner_id"`
		Category string `db:"category"`
	}
	if err := tx.SelectContext(ctx, &rows, sqlx.Rebind(sqlx.DOLLAR, query), args...); err != nil {
		return nil, err
	}
	juniors := map[int64]bool{}
	for _, row := range rows {
		if !juniors[row.RunnerID] && club.IsJunior(row.Category) {
			juniors[row.RunnerID] = true
		}
	}
	return juniors, nil
}

func storeHidden(ctx context.Context, tx *sqlx.Tx, why club.Reason, ids []int64) error {
	for chunk := range slices.Chunk(ids, maxParameters) {
		query, args, err := sqlx.In(`UPDATE runners SET hidden_for = ?, hidden = ? WHERE id IN (?)`, why, why != club.NotHidden, chunk)
		if err != nil {
			return err
		}
		if _, err := tx.ExecContext(ctx, sqlx.Rebind(sqlx.DOLLAR, query), args...); err != nil {
			return err
		}
	}
	return nil
}
