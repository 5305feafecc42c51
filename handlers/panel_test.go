package handlers_test

import (
	"net/url"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
	"gonum.org/v1/gonum/stat/distuv"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/forecasting"
	"runnerdb/handlers"
	"runnerdb/predictions"
)

// seriesOf are races over a distance, half a year apart, of these minutes.
func seriesOf(key string, minutes ...float64) predictions.Series {
	distance, err := club.DistanceByKey(key)
	if err != nil {
		panic(err)
	}
	series := predictions.Series{Distance: distance}
	for i, m := range minutes {
		series.Races = append(series.Races, club.Performance{
			Result: club.Result{ID: int64(i + 1), Status: club.Finished, Net: club.FinishTimeOfMinutes(m), Counts: true},
			Race:   club.Race{ID: int64(i + 1), Name: "Peninsula", HeldOn: club.Date{Year: 2019, Month: 2, Day: 17}.AddDays(182 * i), Length: distance.Length},
		})
	}
	return series
}

// normal is an outlook whose next time is normal about a mean.
func normal(method predictions.Method, mean, sd float64) predictions.MethodForecast {
	at := club.FinishTimeOfMinutes
	return predictions.MethodForecast{
		Method: method,
		Next: predictions.Interval{
			Time: at(mean), Lo80: at(mean - 1.28*sd), Hi80: at(mean + 1.28*sd), Lo95: at(mean - 1.96*sd), Hi95: at(mean + 1.96*sd),
		},
		Expected: distuv.Normal{Mu: mean, Sigma: sd},
	}
}

func naiveOutlook(method predictions.Method, minutes, off float64) predictions.MethodForecast {
	return predictions.MethodForecast{
		Method: method, Next: predictions.Interval{Time: club.FinishTimeOfMinutes(minutes)},
		Own: predictions.Score{Races: 6, MAE: off, MAPE: off / 2.4}, Club: predictions.Score{Races: 12_345, MAE: off + 2, MAPE: off/2.4 + 0.8},
	}
}

// nineMarathons is a prediction with all that one can have, 3:58:00 by ARIMA.
func nineMarathons() predictions.Prediction {
	series := seriesOf("42k", 251, 243, 239, 262, 244, 236, 241, 233, 238)
	arima, ours := normal(predictions.ARIMA, 238, 12), normal(predictions.ClubModel, 236, 9)
	arima.Own, arima.Club = predictions.Score{Races: 6, MAE: 8, MAPE: 3.4}, predictions.Score{Races: 12_345, MAE: 14, MAPE: 5.9}
	ours.Own, ours.Club = predictions.Score{Races: 6, MAE: 7, MAPE: 2.9}, predictions.Score{Races: 12_345, MAE: 12, MAPE: 5.1}
	for i := 3; i < 9; i++ {
		arima.Past = append(arima.Past, predictions.Past{Race: i, Next: normal(predictions.ARIMA, 246-float64(i), 15).Next})
	}
	mae, mape := 6.5, 2.7
	p := predictions.Prediction{
		Runner: club.Runner{ID: 7, Name: "Karabo Khumalo"}, Series: series,
		Choices: []predictions.Series{series, seriesOf("10k", 48, 47)},
		Shown:   predictions.ARIMA, Best: predictions.ClubModel, Next: arima.Next,
		Outlooks: []predictions.MethodForecast{
			arima, ours,
			{Method: predictions.OtherDistances, Refusal: predictions.ErrTooFew},
			naiveOutlook(predictions.LastTime, 238, 9), naiveOutlook(predictions.MeanTime, 243, 10),
			naiveOutlook(predictions.MeanOfThree, 237, 8.5), naiveOutlook(predictions.Smoothing, 238.5, 8.2),
		},
		Model: &forecasting.Model{AIC: 74.5}, Error: &forecasting.RollingOrigin{Folds: make([]forecasting.Fold, 6), MAE: &mae, MAPE: &mape},
	}
	for _, race := range series.Races {
		p.Adjusted = append(p.Adjusted, race.Result.Time()-120_000)
	}
	p.NextOn = series.Last().AddDays(182)
	return p
}

// show renders the panel of a prediction on the page of predictions.
func show(t *testing.T, p predictions.Prediction, query string) *goquery.Selection {
	t.Helper()
	params, err := url.ParseQuery(query)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	if err := components.Panel(handlers.PanelOf(p, "/predict", params)).Render(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(b.String()))
	if err != nil {
		t.Fatal(err)
	}
	return doc.Selection
}

// words is the text of elements, a space between any two of them.
func words(s *goquery.Selection) string {
	var b strings.Builder
	for _, node := range s.Nodes {
		for child := range node.Descendants() {
			if child.Type == html.TextNode {
				b.WriteString(child.Data + " ")
			}
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func TestHeadOfAPanel(t *testing.T) {
	t.Parallel()
	panel := show(t, nineMarathons(), "runner=7")
	for selector, want := range map[string]string{
		".forecast":   "Next 42.2 km race 3:58:00 95 % interval 3:34:29 to 4:21:31 Mean absolute error 0:08:00 Pace 5:38 /km",
		".how-far":    "Expect it to be off by about 8 min, one way or the other: so far off, on average and without hindsight, were such predictions of Karabo Khumalo’s last 6 races.",
		".better":     "In this club the club model has been closer: 3:56:00 (3:38:22 to 4:13:38).",
		".rung":       "",
		".panel > p":  "From 9 races, 17 Feb 2019 to 12 Feb 2023. ARIMA(0,0,0) with zero mean, AIC 74.50 .",
		".within":     "6 of 6 races came within the 95 % interval predicted before them.",
		".goal label": "Chance to beat a time",
	} {
		if got := words(panel.Find(selector).Last()); got != want {
			t.Errorf("%s: got %q, want %q", selector, got, want)
		}
	}
}

// Where the time is not in the middle of its interval, the panel says why.
func TestLeaningInterval(t *testing.T) {
	for mean, want := range map[float64]string{238: "", 250: "slower side", 226: "faster side"} {
		p := nineMarathons()
		p.Outlooks[0].Expected = distuv.Normal{Mu: mean, Sigma: 12}
		got := words(show(t, p, "").Find(".how-far"))
		even := "even chances are at " + club.FinishTimeOfMinutes(mean).String()
		if leans := strings.Contains(got, "leans to the"); leans != (want != "") || leans && !(strings.Contains(got, want) && strings.Contains(got, even)) {
			t.Errorf("about %v: got %q, want %q", mean, got, want)
		}
	}
}

func TestWhatEachWayOfPredictingSays(t *testing.T) {
	t.Parallel()
	got := show(t, nineMarathons(), "runner=7").Find(".methods tr").Map(func(_ int, row *goquery.Selection) string { return words(row) })
	want := []string{
		"Way of predicting Next time Off on this runner 6 races Off in the club 12 345 races",
		"Automatic ARIMA shown above 3:58:00 Off on this runner’s 6 races: 0:08:00 3.4 % Off on the club’s 12 345 races: 0:14:00 5.9 %",
		"ARIMA with hindsight its order chosen with the races in view 3:58:00 Off on this runner’s 6 races: 0:06:30 2.7 %",
		"Club model best record in this club 3:56:00 Off on this runner’s 6 races: 0:07:00 2.9 % Off on the club’s 12 345 races: 0:12:00 5.1 %",
		"From other distances too few races",
		"The last time again 3:58:00 Off on this runner’s 6 races: 0:09:00 3.8 % Off on the club’s 12 345 races: 0:11:00 4.5 %",
		"The mean of all times 4:03:00 Off on this runner’s 6 races: 0:10:00 4.2 % Off on the club’s 12 345 races: 0:12:00 5.0 %",
		"The mean of the last three 3:57:00 Off on this runner’s 6 races: 0:08:30 3.5 % Off on the club’s 12 345 races: 0:10:30 4.3 %",
		"Exponential smoothing 3:58:30 Off on this runner’s 6 races: 0:08:12 3.4 % Off on the club’s 12 345 races: 0:10:12 4.2 %",
	}
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

func TestNumbersOfRacesThatDifferStandInTheirRows(t *testing.T) {
	t.Parallel()
	p := nineMarathons()
	p.Outlooks[1].Own.Races = 1
	panel := show(t, p, "runner=7")
	if got, want := words(panel.Find(".methods thead")), "Way of predicting Next time Off on this runner Off in the club 12 345 races"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	if got, want := words(panel.Find(".methods tbody tr").Eq(2).Find(".error").First()), "Off on this runner’s races: 0:07:00 2.9 % 1 race"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// A runner falls down a ladder, and the panel says which rung.
func TestRungs(t *testing.T) {
	t.Parallel()
	tenAndHalf := []predictions.Series{seriesOf("21k", 110, 112), seriesOf("10k", 50, 51, 49)}
	tests := []struct {
		name   string
		series predictions.Series
		shown  predictions.Method
		arima  error
		want   string
		data   string
	}{
		{
			"one race", seriesOf("42k", 240), predictions.ClubModel, predictions.ErrTooFew,
			"Only one race over 42.2 km so far: this is from what the club’s runners have in common.", "From 1 race, 17 Feb 2019.",
		},
		{
			"two", seriesOf("42k", 240, 250), predictions.ClubModel, predictions.ErrTooFew,
			"Only 2 races over 42.2 km so far: this is from what the club’s runners have in common.", "From 2 races, 17 Feb 2019 to 18 Aug 2019.",
		},
		{
			"regular", seriesOf("42k", 240, 240, 240), predictions.ClubModel, predictions.ErrAllEqual,
			"The times over 42.2 km are too regular for ARIMA: this is from what the club’s runners have in common.", "From 3 races, 17 Feb 2019 to 16 Feb 2020.",
		},
		{
			"no model", seriesOf("42k", 240, 1, 240), predictions.ClubModel, predictions.ErrNoModel,
			"No ARIMA model fits the times over 42.2 km: this is from what the club’s runners have in common.", "From 3 races, 17 Feb 2019 to 16 Feb 2020.",
		},
		{
			"never run", seriesOf("42k"), predictions.OtherDistances, predictions.ErrTooFew,
			"No race over 42.2 km yet: worked out from races over 10 km and 21.1 km.", "",
		},
		{
			"beyond the marathon", seriesOf("comrades"), predictions.OtherDistances, predictions.ErrTooFew,
			"No race over Comrades yet: worked out from races over 10 km and 21.1 km. Beyond the marathon such formulas part by more than 10 %.", "",
		},
	}
	for _, test := range tests {
		shown := normal(test.shown, 245, 20)
		shown.Club = predictions.Score{Races: 800, MAE: 15, MAPE: 6}
		shown.Doubt = strings.Contains(test.want, "formulas part")
		p := predictions.Prediction{
			Runner: club.Runner{ID: 7, Name: "Karabo Khumalo"}, Series: test.series, Choices: tenAndHalf, Shown: test.shown, Next: shown.Next,
			Outlooks: []predictions.MethodForecast{{Method: predictions.ARIMA, Refusal: test.arima}, shown},
		}
		panel := show(t, p, "runner=7")
		if got := words(panel.Find(".rung")); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
		if got := words(panel.Find(".panel > .fine").Last()); test.data != "" && got != test.data || strings.Contains(got, "From ") != (test.data != "") {
			t.Errorf("%s: got %q, want %q", test.name, got, test.data)
		}
		if got, want := words(panel.Find(".how-far")), "were such predictions of 800 races in this club."; !strings.HasSuffix(got, want) {
			t.Errorf("%s: got %q, want %q at its end", test.name, got, want)
		}
		if got, want := panel.Find("svg[role=img]").Length(), min(len(test.series.Races), 1); got != want {
			t.Errorf("%s: %d charts, want %d", test.name, got, want)
		}
		if got := panel.Find("#goal").Length(); got != 1 {
			t.Errorf("%s: %d forms for a goal, want 1", test.name, got)
		}
	}
}

func TestNothingIsShownThatIsNotKnown(t *testing.T) {
	t.Parallel()
	p := nineMarathons()
	p.Best, p.Adjusted, p.Error = "", nil, nil
	for i := range p.Outlooks {
		p.Outlooks[i].Expected, p.Outlooks[i].Own, p.Outlooks[i].Club, p.Outlooks[i].Past = nil, predictions.Score{}, predictions.Score{}, nil
	}
	panel := show(t, p, "runner=7&goal=4:00&adjusted=1")
	for _, selector := range []string{"#goal", ".better", ".within", "#race-days", ".before", ".methods .error", ".best"} {
		if panel.Find(selector).Length() != 0 {
			t.Errorf("%s: got %q, want nothing", selector, words(panel.Find(selector)))
		}
	}
	if got, want := words(panel.Find(".how-far")), "There are too few races to say how far off this will be."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestRaceDaysAreTakenOutOnDemand(t *testing.T) {
	t.Parallel()
	for query, want := range map[string]struct{ label, url, fastest string }{
		"runner=7":            {"Take out heat, wind and hills of each day", "/predict?adjusted=1&runner=7", "the fastest in 3:53:00"},
		"runner=7&adjusted=1": {"Show the times as they were run", "/predict?runner=7", "the fastest in 3:51:00"},
	} {
		panel := show(t, nineMarathons(), query)
		link := panel.Find("#chart a")
		if got := words(link); got != want.label || link.AttrOr("href", "") != want.url || link.AttrOr("hx-get", "") != want.url {
			t.Errorf("%s: got %q to %q, want %q to %q", query, got, link.AttrOr("href", ""), want.label, want.url)
		}
		// What was predicted is held against what was run, whatever is drawn.
		if got := panel.Find("desc").Text(); !strings.Contains(got, want.fastest) || !strings.Contains(got, "6 of 6 races") {
			t.Errorf("%s: got %q, want %q in it", query, got, want.fastest)
		}
	}
}
