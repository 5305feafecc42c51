package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/schollz/progressbar/v3"
	"github.com/spf13/cobra"
	"golang.org/x/term"

	"runnerdb/club"
	"runnerdb/predictions"
	"runnerdb/queries"
)

type predictOptions struct {
	all, json bool
	distance  string
}

func predictCommand() *cobra.Command {
	var opt predictOptions
	cmd := &cobra.Command{
		Use:   "predict NAME…",
		Short: "Predict the next race of one runner, or of all",
		Long: `Predict the next race of the runners with this name, or of all runners, from the
results in the database that DATABASE_URL names: the time, its 95 % interval,
and the mean absolute error of such predictions by rolling forecast origin.

Who has run the distance fewer than three times is predicted from what the club's
runners have in common, or from other distances; the line says so.

Distances: ` + distanceKeys(),
		Example: "  runnerdb predict karabo khumalo\n  runnerdb predict --distance 21k karabo khumalo\n" +
			"  runnerdb predict --all --json > predictions.jsonl",
		Args: func(_ *cobra.Command, args []string) error {
			if opt.all == (len(args) > 0) {
				return errors.New("name a runner, or say --all")
			}
			return nil
		},
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := checkDistance(opt.distance); err != nil {
				return err
			}
			return withDatabase(cmd, func(_ context.Context, db *queries.DB) error {
				if opt.all {
					return predictAll(cmd, db, opt)
				}
				return predictNamed(cmd, db, strings.Join(args, " "), opt)
			})
		},
	}
	cmd.Flags().BoolVar(&opt.all, "all", false, "predict for every runner")
	cmd.Flags().BoolVar(&opt.json, "json", false, "print one JSON object a line")
	cmd.Flags().StringVar(&opt.distance, "distance", "", "the distance (default: the one run most)")
	return cmd
}

// checkDistance checks the flag --distance, which may be left out.
func checkDistance(key string) error {
	if key == "" {
		return nil
	}
	if _, err := club.DistanceByKey(key); err != nil {
		return fmt.Errorf("--distance %w; there are %s", err, distanceKeys())
	}
	return nil
}

func distanceKeys() string {
	keys := make([]string, len(club.Distances))
	for i, d := range club.Distances {
		keys[i] = d.Key
	}
	return strings.Join(keys, ", ")
}

func predictNamed(cmd *cobra.Command, db *queries.DB, name string, opt predictOptions) error {
	ctx := cmd.Context()
	hits, err := db.RunnersNamed(ctx, name)
	if err != nil {
		return err
	}
	if len(hits) == 0 {
		found, _, err := db.SearchRunners(ctx, name, 10)
		if err != nil {
			return err
		}
		for _, f := range found {
			hits = append(hits, f.RunnerHit)
		}
		if len(hits) == 0 {
			return fmt.Errorf("nobody is called %q", name)
		}
		if len(hits) > 1 {
			return fmt.Errorf("nobody is called exactly %q; did you mean %s?", name, hitNames(hits))
		}
	}
	predictor := predictions.NewPredictor(db)
	for _, hit := range hits {
		if err := predictOne(ctx, predictor, hit.ID, opt, cmd.OutOrStdout()); err != nil {
			return err
		}
	}
	return nil
}

func hitNames(hits []queries.RunnerHit) string {
	names := make([]string, len(hits))
	for i, hit := range hits {
		names[i] = hit.Name
	}
	return strings.Join(names, ", ")
}

const runnersAtOnce = 500

func predictAll(cmd *cobra.Command, db *queries.DB, opt predictOptions) error {
	ctx, out := cmd.Context(), cmd.OutOrStdout()
	total, err := db.CountRunners(ctx)
	if err != nil {
		return err
	}
	bar, predictor := progress(cmd.ErrOrStderr(), total, "Predicting"), predictions.NewPredictor(db)
	for offset, more := 0, true; more; offset += runnersAtOnce {
		var hits []queries.RunnerHit
		if hits, more, err = db.Runners(ctx, offset, runnersAtOnce); err != nil {
			return err
		}
		for _, hit := range hits {
			if err := predictOne(ctx, predictor, hit.ID, opt, out); err != nil {
				return err
			}
			_ = bar.Add(1) // a bar that can't be drawn is no reason to stop
		}
	}
	return bar.Finish()
}

// progress is a bar on a terminal, and nothing elsewhere.
func progress(w io.Writer, total int, what string) *progressbar.ProgressBar {
	file, ok := w.(*os.File)
	visible := ok && term.IsTerminal(int(file.Fd()))
	return progressbar.NewOptions(total, progressbar.OptionSetWriter(w), progressbar.OptionSetVisibility(visible),
		progressbar.OptionSetDescription(what), progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(),
		progressbar.OptionSetPredictTime(true))
}

func predictOne(ctx context.Context, predictor *predictions.Predictor, id int64, opt predictOptions, out io.Writer) error {
	p, err := predictor.For(ctx, id, opt.distance, club.DayOf(time.Now()))
	if err != nil {
		return err
	}
	if opt.json {
		return json.NewEncoder(out).Encode(p.Answer())
	}
	_, err = fmt.Fprintln(out, predictionLine(p))
	return err
}

func predictionLine(p predictions.Prediction) string {
	if p.Refusal != nil {
		return fmt.Sprintf("%s: no prediction: %s", p.Runner.Name, p.Refusal)
	}
	line := fmt.Sprintf("%s, %s: %s (95 %%: %s to %s)", p.Runner.Name, p.Series.Distance.Name,
		p.Next.Time, p.Next.Lo95, p.Next.Hi95)
	shown, _ := p.Outlook(p.Shown)
	if shown.Own.Races == 0 {
		return line + ", too few races to say how far off, " + modelName(p)
	}
	return fmt.Sprintf("%s, mean absolute error %s over %d races, %s", line,
		club.FinishTimeOfMinutes(shown.Own.MAE), shown.Own.Races, modelName(p))
}

// modelName is what the prediction shown comes from.
func modelName(p predictions.Prediction) string {
	switch p.Shown {
	case predictions.ClubModel:
		return "club model"
	case predictions.OtherDistances:
		return "from other distances"
	default:
		return p.Model.String()
	}
}
