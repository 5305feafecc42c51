package handlers

import (
	"errors"
	"fmt"
	"slices"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/predictions"
)

// methodWords is what a method is called, at the head of a line and within a
// sentence.
var methodWords = map[predictions.Method]struct{ name, phrase string }{
	predictions.ARIMA:          {"Automatic ARIMA", "automatic ARIMA"},
	predictions.ClubModel:      {"Club model", "the club model"},
	predictions.OtherDistances: {"From other distances", "the prediction from other distances"},
	predictions.LastTime:       {"The last time again", "the last time again"},
	predictions.MeanTime:       {"The mean of all times", "the mean of all times"},
	predictions.MeanOfThree:    {"The mean of the last three", "the mean of the last three"},
	predictions.Smoothing:      {"Exponential smoothing", "exponential smoothing"},
}

// rung says where a prediction comes from that is not ARIMA's, and what to
// mind about it.
func rung(p predictions.Prediction) (words, warning string) {
	switch p.Shown {
	case predictions.ClubModel:
		return whyNotARIMA(p) + ": this is from what the club’s runners have in common.", ""
	case predictions.OtherDistances:
		return fmt.Sprintf("%s: worked out from races over %s.", whyNotARIMA(p), otherNames(p)), doubt(p)
	default:
		return "", ""
	}
}

// doubt warns where formulas from one distance to another don't agree.
func doubt(p predictions.Prediction) string {
	if shown, _ := p.Outlook(p.Shown); !shown.Doubt {
		return ""
	}
	beyond := p.Series.Distance.Length > marathon ||
		slices.ContainsFunc(p.Choices, func(s predictions.Series) bool { return s.Distance.Length > marathon })
	if beyond {
		return "Beyond the marathon such formulas part by more than 10\u00a0%."
	}
	return "Over distances so far apart such formulas part by more than 10\u00a0%."
}

func whyNotARIMA(p predictions.Prediction) string {
	n, distance := len(p.Series.Races), p.Series.Distance.Name
	arima, _ := p.Outlook(predictions.ARIMA)
	switch {
	case n == 0:
		return fmt.Sprintf("No race over %s yet", distance)
	case n == 1:
		return fmt.Sprintf("Only one race over %s so far", distance)
	case n < predictions.MinRaces:
		return fmt.Sprintf("Only %d races over %s so far", n, distance)
	case errors.Is(arima.Refusal, predictions.ErrAllEqual):
		return fmt.Sprintf("The times over %s are too regular for ARIMA", distance)
	default:
		return fmt.Sprintf("No ARIMA model fits the times over %s", distance)
	}
}

// headError is the error that heads the panel, with its name: that on the
// runner's own races without hindsight, or else that on the club's.
func headError(p predictions.Prediction) (name, mae string) {
	shown, _ := p.Outlook(p.Shown)
	switch {
	case shown.Own.Races > 0:
		return "Mean absolute error", errorTime(shown.Own)
	case shown.Club.Races > 0:
		return "Mean absolute error in the club", errorTime(shown.Club)
	default:
		return "", ""
	}
}

func errorTime(s predictions.Score) string { return club.FinishTimeOfMinutes(s.MAE).String() }

// howFar says in one plain sentence how far off to expect the prediction.
func howFar(p predictions.Prediction) string {
	const expect = "Expect it to be off by about %s, one way or the other: so far off, on average and without hindsight, were such predictions "
	shown, _ := p.Outlook(p.Shown)
	switch {
	case shown.Own.Races > 0:
		return fmt.Sprintf(expect+"of %s’s last %d races.",
			club.FinishTimeOfMinutes(shown.Own.MAE).Words(), p.Runner.Name, shown.Own.Races)
	case shown.Club.Races > 0:
		return fmt.Sprintf(expect+"of %s in this club.",
			club.FinishTimeOfMinutes(shown.Club.MAE).Words(), manyRaces(shown.Club.Races))
	default:
		return "There are too few races to say how far off this will be."
	}
}

// A time whose chance lies outside these is not in the middle of its interval.
const leastMiddle, mostMiddle = 0.3, 0.7

// leaning says why the interval is not about the predicted time, where it is
// not: it counts with other models than the one that ARIMA chose, too.
func leaning(p predictions.Prediction) string {
	shown, _ := p.Outlook(p.Shown)
	chance, ok := p.Chance(p.Next.Time)
	if !ok || leastMiddle <= chance && chance <= mostMiddle {
		return ""
	}
	side := "slower"
	if chance > mostMiddle {
		side = "faster"
	}
	even := club.FinishTimeOfMinutes(shown.Expected.Quantile(0.5))
	return fmt.Sprintf(" The interval leans to the %s side, for it allows for more ways to go on than the one that the model found: even chances are at %s.", side, even)
}

// better says what the method with the best record in the club predicts,
// where that is not the one shown.
func better(p predictions.Prediction) string {
	best, ok := p.Outlook(p.Best)
	if !ok || p.Best == p.Shown || best.Refusal != nil {
		return ""
	}
	words := fmt.Sprintf("In this club %s has been closer: %s", methodWords[p.Best].phrase, best.Next.Time)
	if best.Next.Hi95 > 0 {
		words += fmt.Sprintf(" (%s to %s)", best.Next.Lo95, best.Next.Hi95)
	}
	return words + "."
}

// methodTable is what every method says, and how far off it has been.
func methodTable(p predictions.Prediction) components.MethodTable {
	own := func(o predictions.MethodForecast) predictions.Score { return o.Own }
	inClub := func(o predictions.MethodForecast) predictions.Score { return o.Club }
	var table components.MethodTable
	var sameOwn, sameClub bool
	table.OwnRaces, table.HasOwn, sameOwn = countOfRaces(p.Outlooks, own)
	table.ClubRaces, table.HasClub, sameClub = countOfRaces(p.Outlooks, inClub)
	if table.HasOwn || table.HasClub {
		table.Note = "How far off: the mean absolute error of predictions of each race from those before it, without hindsight. "
	}
	if !table.HasOwn {
		table.Note += "There are too few races to say how far off predictions of this runner have been."
	}
	for _, o := range p.Outlooks {
		table.Rows = append(table.Rows, components.MethodRow{
			Name:    methodWords[o.Method].name,
			Time:    o.Next.Time.String(),
			Refusal: refusalWord(o.Refusal),
			Own:     errorCell(o.Own, !sameOwn),
			Club:    errorCell(o.Club, !sameClub),
			Shown:   o.Method == p.Shown,
			Best:    o.Method == p.Best,
		})
		if o.Method == predictions.ARIMA && table.HasOwn && p.Error != nil && p.Error.MAE != nil {
			table.Rows = append(table.Rows, withHindsight(p))
		}
	}
	return table
}

// withHindsight is the error of the order that was chosen with the races in
// view that it is measured on.
func withHindsight(p predictions.Prediction) components.MethodRow {
	score := predictions.Score{Races: len(p.Error.Folds), MAE: *p.Error.MAE}
	if p.Error.MAPE != nil {
		score.MAPE = *p.Error.MAPE
	}
	return components.MethodRow{
		Name: "ARIMA with hindsight", Note: "its order chosen with the races in view",
		Time: p.Next.Time.String(), Own: errorCell(score, false),
	}
}

// countOfRaces says of how many races the errors are, if they are all of the
// same number.
func countOfRaces(outlooks []predictions.MethodForecast, score func(predictions.MethodForecast) predictions.Score) (words string, some, same bool) {
	n := 0
	for _, o := range outlooks {
		switch races := score(o).Races; {
		case races == 0:
		case n == 0:
			n = races
		case races != n:
			return "", true, false
		}
	}
	if n == 0 {
		return "", false, true
	}
	return manyRaces(n), true, true
}

func errorCell(s predictions.Score, count bool) components.ErrorCell {
	if s.Races == 0 {
		return components.ErrorCell{}
	}
	cell := components.ErrorCell{Time: errorTime(s)}
	if s.MAPE > 0 {
		cell.Percent = fmt.Sprintf("%.1f\u00a0%%", s.MAPE)
	}
	if count {
		cell.Races = manyRaces(s.Races)
	}
	return cell
}

// refusalWord is why a method says nothing, in a word.
func refusalWord(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, predictions.ErrNone), errors.Is(err, predictions.ErrNoRaces):
		return "no race yet"
	case errors.Is(err, predictions.ErrTooFew):
		return "too few races"
	case errors.Is(err, predictions.ErrAllEqual):
		return "times too regular"
	case errors.Is(err, predictions.ErrNoModel):
		return "no model fits"
	default:
		return "nothing to say"
	}
}

// manyRaces counts races, with a space between thousands.
func manyRaces(n int) string {
	if n == 1 {
		return "1 race"
	}
	return grouped(n) + " races"
}
