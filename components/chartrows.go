package components

import "slices"

// mostRows bounds the table of a chart.
const mostRows = 200

// table is the next race and those before, the newest first.
func (d ChartData) table() *FigureTable {
	before := map[int]ChartInterval{}
	for _, past := range d.Past {
		before[past.Race] = past.Next
	}
	table := &FigureTable{
		Heads: []FigureHead{
			{Label: "Date"},
			{Label: "Race", Wide: true},
			{Label: "Time", Number: true},
			{Label: "Predicted", Number: true},
			{Label: "95 % interval", Number: true},
		},
		Rows: [][]string{append([]string{"next", "predicted", ""}, d.Next.figures()...)},
	}
	for i, race := range slices.Backward(d.Races) {
		if len(table.Rows) > mostRows {
			break
		}
		row := []string{race.HeldOn.Words(), race.Name, d.drawn(race).String()}
		table.Rows = append(table.Rows, append(row, before[i].figures()...))
	}
	return table
}

// figures are the predicted time and its interval, empty where there are none.
func (i ChartInterval) figures() []string {
	switch {
	case i.Time == 0:
		return []string{"", ""}
	case !i.bounded():
		return []string{i.Time.String(), ""}
	default:
		return []string{i.Time.String(), i.Low95.String() + " to " + i.High95.String()}
	}
}
