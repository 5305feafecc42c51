package main

import (
	"context"
	"errors"
	"log/slog"

	"runnerdb/accounts"
	"runnerdb/queries"
)

// resealSecrets seals with the newest session key what an older one sealed, so
// that the older may be dropped. It says how many secrets that were, and which
// no key opens.
func resealSecrets(ctx context.Context, cfg config, db *queries.DB, log *slog.Logger) error {
	sealer := accounts.NewSealer(cfg.sessionKeys, accounts.TOTPPurpose)
	resealed, last := 0, int64(0)
	for {
		factors, err := db.SecondFactors(ctx, last)
		if err != nil {
			return err
		}
		if len(factors) == 0 {
			break
		}
		for _, factor := range factors {
			last = factor.UserID
			owner := accounts.TOTPOwner(factor.UserID)
			secret, stale, err := sealer.Open(factor.Sealed, owner)
			if err != nil {
				log.ErrorContext(ctx, "second factor not opened: was a session key dropped too early?", slog.Int64("user", factor.UserID))
				continue
			}
			if !stale {
				continue
			}
			if err := db.Reseal(ctx, factor, sealer.Seal(secret, owner)); err != nil {
				return err
			}
			resealed++
		}
	}
	suppression := accounts.NewSealer(cfg.sessionKeys, queries.SuppressionPurpose)
	if _, err := db.ResealSuppression(ctx, suppression); err != nil {
		return err
	}
	if err := db.CheckSuppression(ctx, cfg.suppression()); errors.Is(err, queries.ErrSuppressionSealed) {
		log.ErrorContext(ctx, err.Error())
	} else if err != nil {
		return err
	}
	if resealed > 0 {
		log.InfoContext(ctx, "second factors sealed with the newest key", slog.Int("count", resealed))
	}
	return nil
}
