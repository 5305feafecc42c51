package handlers

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"

	"github.com/gofiber/fiber/v2"

	"runnerdb/club"
	"runnerdb/components"
	"runnerdb/predictions"
	"runnerdb/queries"
)

// showBacktest shows those who keep the records how far off predictions of the
// club's results have been.
func (s *Server) showBacktest(c *fiber.Ctx) error {
	return s.renderBacktest(c, "/admin/backtest", components.NavSignIn)
}

// showAccuracy shows the same to everybody: it is of the club, and of nobody.
func (s *Server) showAccuracy(c *fiber.Ctx) error {
	return s.renderBacktest(c, "/accuracy", components.NavPredict)
}

func (s *Server) renderBacktest(c *fiber.Ctx, path string, nav components.Nav) error {
	props := components.BacktestProps{}
	report, kept, err := predictions.LastReport(c.UserContext(), s.DB)
	switch {
	case errors.Is(err, queries.ErrNotFound), err == nil && len(report.Distances) == 0:
	case err != nil:
		return err
	default:
		revision, err := s.DB.ResultsRevision(c.UserContext())
		if err != nil {
			return err
		}
		if props, err = backtestProps(report, path, c.Query("distance")); err != nil {
			return err
		}
		props.When, props.Stale = moment(kept.RunAt), revision != kept.Results
	}
	props.Public = nav == components.NavPredict
	return s.render(c, fiber.StatusOK, page{
		title: "How good are the predictions?", nav: nav, body: components.BacktestPage(props),
	})
}

// backtestProps words a report: all distances in short, and in full the one
// with this key, or that with most races predicted where there is no key.
func backtestProps(report *predictions.Report, path, key string) (components.BacktestProps, error) {
	records := map[string]predictions.Record{}
	for _, record := range report.Records {
		if record.Earlier == predictions.Many {
			records[record.Distance] = record
		}
	}
	props, chosen := components.BacktestProps{}, -1
	for i, d := range report.Distances {
		if d.Key == key || key == "" && (chosen < 0 || d.Predicted > report.Distances[chosen].Predicted) {
			chosen = i
		}
		props.Distances = append(props.Distances, backtestLink(path, d, records[d.Key]))
	}
	if chosen < 0 {
		return props, fmt.Errorf("distance %.20q: %w", key, club.ErrNoDistance)
	}
	d := report.Distances[chosen]
	props.Distances[chosen].Current = true
	props.Distance = backtestDistance(d, records[d.Key])
	return props, nil
}

func backtestLink(path string, d predictions.DistanceReport, record predictions.Record) components.BacktestLink {
	link := components.BacktestLink{Name: d.Name, URL: path + "?distance=" + url.QueryEscape(d.Key), Best: "too few races to say"}
	if record.Races > 0 {
		best := record.Best()
		link.Best, link.Percent = methodWords[best].name, percent(record.Scores()[best].MAPE)
		link.Races = grouped(record.Races)
	}
	return link
}

func backtestDistance(d predictions.DistanceReport, record predictions.Record) components.BacktestDistance {
	props := components.BacktestDistance{
		Key: d.Key, Name: d.Name, Best: bestSentence(d, record),
		Data: fmt.Sprintf("%s results of %s runners in %s, %s by net and %s by gun time. Predicted were %s of %s runners; what the methods share was learned from the others.",
			grouped(d.Results), grouped(d.Runners), manyRaces(d.Races), grouped(d.Clocks.Net), grouped(d.Clocks.Gun),
			manyRaces(d.Predicted), grouped(d.Scored)),
	}
	var best predictions.Method
	if record.Races > 0 {
		best = record.Best()
	}
	for _, bucket := range predictions.Buckets {
		rows := d.In(bucket.Key)
		if len(rows) == 0 {
			continue
		}
		table := scoreTable(bucket, rows, best)
		if bucket.Key == predictions.Many {
			props.Scores = &table
		} else {
			props.More = append(props.More, table)
		}
	}
	for _, difference := range d.Differences {
		props.Against = append(props.Against, againstRow(difference))
	}
	for _, r := range d.Reliability {
		props.Chances = append(props.Chances, chanceTable(r))
		if props.Reliability == nil || r.Method == best {
			props.Reliability = reliabilityChart(d.Name, r)
		}
	}
	return props
}

// bestSentence says which method has the best record.
func bestSentence(d predictions.DistanceReport, record predictions.Record) string {
	if record.Races == 0 {
		return "Too few races of runners with three or more earlier results to say which way of predicting is the best."
	}
	best := record.Best()
	score := record.Scores()[best]
	words := fmt.Sprintf("Closest over %s is %s: off by %.1f\u00a0%% on average (%s), over %s of runners with three or more earlier results.",
		d.Name, methodWords[best].phrase, score.MAPE, club.FinishTimeOfMinutes(score.MAE).Words(), manyRaces(record.Races))
	if arima, measured := record.Scores()[predictions.ARIMA]; measured && best != predictions.ARIMA {
		words += fmt.Sprintf(" Automatic ARIMA was off by %.1f\u00a0%%.", arima.MAPE)
	}
	return words
}

func scoreTable(bucket predictions.Bucket, rows []predictions.MethodScore, best predictions.Method) components.ScoreTable {
	table := components.ScoreTable{Caption: fmt.Sprintf("%s earlier results: %s", bucket.Name, manyRaces(rows[0].Races))}
	for _, row := range rows {
		props := components.ScoreRow{
			Name: rowName(row.Method, row.Interval), Best: row.Method == best,
			Percent: percent(row.MAPE), Error: minutes(row.MAE), Median: minutes(row.Median),
		}
		if l := row.Limits; l != nil {
			props.In80, props.In95 = percent(l.Cover80), percent(l.Cover95)
			props.Width95, props.Score = minutes(l.Width95), minutes(l.Score95)
		}
		table.Rows = append(table.Rows, props)
	}
	return table
}

func againstRow(d predictions.Difference) components.AgainstRow {
	row := components.AgainstRow{
		Name:       rowName(d.Method, ""),
		Difference: fmt.Sprintf("%+.2f", d.MAPE), Low: fmt.Sprintf("%+.2f", d.Low), High: fmt.Sprintf("%+.2f", d.High),
	}
	for _, bucket := range predictions.Buckets {
		if bucket.Key == d.Earlier {
			row.Earlier = bucket.Name
		}
	}
	return row
}

func chanceTable(r predictions.Reliability) components.ChanceTable {
	table := components.ChanceTable{Caption: fmt.Sprintf("%s: the chance that was said, and how often it came true", rowName(r.Method, ""))}
	for _, d := range r.Deciles {
		if d.Goals > 0 {
			table.Rows = append(table.Rows, components.ChanceRow{
				Goals: grouped(d.Goals), Said: percent(d.Stated), Came: percent(d.Reached),
			})
		}
	}
	return table
}

// rowName is what a table calls a method and its interval.
func rowName(method predictions.Method, interval string) string {
	switch {
	case method == predictions.Chosen:
		return "The best until then"
	case method == predictions.ARIMA && interval != "":
		return fmt.Sprintf("%s, %s interval", methodWords[method].name, interval)
	default:
		return methodWords[method].name
	}
}

func percent(share float64) string { return fmt.Sprintf("%.1f\u00a0%%", share) }

func minutes(m float64) string { return club.FinishTimeOfMinutes(m).String() }

// grouped is a number with a space between thousands, as South Africans write
// it.
func grouped(n int) string {
	digits := strconv.Itoa(n)
	for i := len(digits) - 3; i > 0; i -= 3 {
		digits = digits[:i] + "\u00a0" + digits[i:]
	}
	return digits
}

// reliabilityChart draws the classes that hold goals; nothing where none does.
func reliabilityChart(distance string, r predictions.Reliability) *components.Reliability {
	var points []components.ReliabilityPoint
	for _, decile := range r.Deciles {
		if decile.Goals > 0 {
			points = append(points, components.ReliabilityPoint{Goals: decile.Goals, Stated: decile.Stated, Reached: decile.Reached})
		}
	}
	if len(points) == 0 {
		return nil
	}
	chart := components.NewReliability(fmt.Sprintf("Chances by %s over %s", methodWords[r.Method].phrase, distance), points)
	return &chart
}
