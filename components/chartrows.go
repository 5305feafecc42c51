package components

import "slices"

// mostRows bounds the table beside a chart.
const mostRows = 200

// rows are the next race and those before, the newest first.
func (d ChartData) rows() []ChartRow {
	before := map[int]ChartInterval{}
	for _, past := range d.Past {
		before[past.Race] = past.Next
	}
	rows := []ChartRow{predictedRow(ChartRow{Date: "next", Race: "predicted"}, d.Next)}
	for i, race := range slices.Backward(d.Races) {
		if len(rows) > mostRows {
			break
		}
		row := ChartRow{Date: race.HeldOn.Words(), Race: race.Name, Time: d.drawn(race).String()}
		if next, predicted := before[i]; predicted {
			row = predictedRow(row, next)
		}
		rows = append(rows, row)
	}
	return rows
}

func predictedRow(row ChartRow, next ChartInterval) ChartRow {
	row.Predicted = next.Time.String()
	if next.bounded() {
		row.Interval = next.Low95.String() + " to " + next.High95.String()
	}
	return row
}
