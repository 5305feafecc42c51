package components

import "fmt"

// Figure is what every chart has round its drawing.
type Figure struct {
	// ID begins the ids of what the page can point at; Kind names how the drawing
	// looks.
	ID, Kind string
	// Title names the chart; Description says in words what it shows.
	Title, Description string
	// Table is the same in figures; nil where they stand beside the chart.
	Table *FigureTable
}

// FigureTable is a table whose first column heads the rows.
type FigureTable struct {
	Heads []FigureHead
	Rows  [][]string
}

// FigureHead heads a column: of numbers, or of words that want the whole line
// on a phone.
type FigureHead struct {
	Label        string
	Number, Wide bool
}

func (h FigureHead) class() string {
	switch {
	case h.Number:
		return "number"
	case h.Wide:
		return "wide"
	default:
		return ""
	}
}

func (Figure) viewBox() string { return fmt.Sprintf("0 0 %d %d", chartWidth, chartHeight) }
