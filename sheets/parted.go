package sheets

import (
	"strings"

	"runnerdb/sheets/grid"
)

// partWords lists the names of columns that hold hours, minutes and seconds.
var partWords = [3]map[string]bool{
	words(`h hr hrs hour hours std stunden heures horas uur ure`),
	words(`m min mins minute minutes minuten minutos minute`),
	words(`s sec secs second seconds sek sekunden secondes segundos sekondes`),
}

// joinParts merges adjacent columns of hours, minutes and seconds, or of
// minutes and seconds, into one column of times.
func joinParts(t grid.Table) {
	for i, row := range t.Rows[:min(len(t.Rows), headerDepth)] {
		for column := range max(len(row.Cells)-1, 0) {
			if n := partsNamed(row, column); n > 0 {
				row.Cells[column] = grid.Cell{Text: "Time"}
				clear(row.Cells[column+1 : column+n])
				for _, below := range t.Rows[i+1:] {
					joinRow(below, column, n)
				}
				return
			}
		}
	}
}

// partsNamed counts the adjacent columns that name parts of a time: three, two
// without hours, or 0.
func partsNamed(row grid.Row, column int) int {
	named := func(part, at int) bool { return partWords[part][word(row.Text(at))] }
	switch {
	case named(0, column) && named(1, column+1) && named(2, column+2):
		return 3
	case named(1, column) && named(2, column+1) && len(row.Text(column)) > 1:
		return 2
	default:
		return 0
	}
}

func joinRow(row grid.Row, column, n int) {
	if column+n > len(row.Cells) {
		return
	}
	parts := make([]string, n)
	for i := range parts {
		parts[i] = wholeNumber(row.Text(column + i))
		if parts[i] == "" {
			parts[i] = "0"
		}
		if !plain.MatchString(parts[i]) {
			return
		}
		if whole, _, _ := strings.Cut(parts[i], "."); len(whole) == 1 {
			parts[i] = "0" + parts[i]
		}
	}
	row.Cells[column] = grid.Cell{Text: strings.Join(parts, ":")}
	clear(row.Cells[column+1 : column+n])
}
