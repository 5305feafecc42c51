package handlers

import (
	"errors"
	"fmt"

	"runnerdb/components"
	"runnerdb/predictions"
)

// refusalProps says why there is no prediction, and what to do.
func refusalProps(p predictions.Prediction) *components.Refusal {
	n, distance := len(p.Series.Races), p.Series.Distance.Name
	switch {
	case errors.Is(p.Refusal, predictions.ErrNoRaces):
		return &components.Refusal{
			Reason: "There is no finished race to predict from.",
			Advice: fmt.Sprintf("Run %d races at one distance, and the next one can be predicted.", predictions.MinRaces),
		}
	case errors.Is(p.Refusal, predictions.ErrTooFew):
		return &components.Refusal{
			Reason: fmt.Sprintf("%s over %s: too few to predict the next one.", finishedRaces(n), distance),
			Advice: fmt.Sprintf("A prediction takes at least %d. Come back after %s%s.",
				predictions.MinRaces, moreRaces(predictions.MinRaces-n), orChooseAnother(p)),
		}
	case errors.Is(p.Refusal, predictions.ErrAllEqual):
		return &components.Refusal{
			Reason: fmt.Sprintf("The %d times over %s are too regular to be true.", n, distance),
			Advice: "Nothing in them tells how far the next one may differ. Check that they were entered rightly.",
		}
	default:
		return &components.Refusal{
			Reason: fmt.Sprintf("The %d times over %s fit no model.", n, distance),
			Advice: "Check that they were entered rightly" + orChooseAnother(p) + ".",
		}
	}
}

// orChooseAnother is advice for those who have run another distance often
// enough.
func orChooseAnother(p predictions.Prediction) string {
	for _, series := range p.Choices {
		if series.Distance.Key != p.Series.Distance.Key && len(series.Races) >= predictions.MinRaces {
			return ", or choose another distance"
		}
	}
	return ""
}

func finishedRaces(n int) string {
	switch n {
	case 0:
		return "No finished race"
	case 1:
		return "Only one finished race"
	default:
		return fmt.Sprintf("Only %d finished races", n)
	}
}

func moreRaces(n int) string {
	if n == 1 {
		return "one more race"
	}
	return fmt.Sprintf("%d more races", n)
}
