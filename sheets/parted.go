package sheets

import "strings"

// partWords are the names of columns that hold the parts of a time: hours,
// minutes, seconds.
var partWords = [3]map[string]bool{
	words(`h hr hrs hour hours std stunden heures horas uur ure`),
	words(`m min mins minute minutes minuten minutos minute`),
	words(`s sec secs second seconds sek sekunden secondes segundos sekondes`),
}

// joinParts makes one column of times where hours, minutes and seconds stand in
// three side by side.
func (t Table) joinParts() {
	for i, row := range t.Rows[:min(len(t.Rows), headerDepth)] {
		for column := 0; column+2 < len(row.Cells); column++ {
			if partsNamed(row, column) {
				row.Cells[column], row.Cells[column+1], row.Cells[column+2] = Cell{Text: "Time"}, Cell{}, Cell{}
				for _, below := range t.Rows[i+1:] {
					joinParts(below, column)
				}
				return
			}
		}
	}
}

func partsNamed(row Row, column int) bool {
	for i, named := range partWords {
		if !named[word(row.text(column+i))] {
			return false
		}
	}
	return true
}

func joinParts(row Row, column int) {
	if column+2 >= len(row.Cells) {
		return
	}
	parts := make([]string, 3)
	for i := range parts {
		parts[i] = wholeNumber(row.text(column + i))
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
	row.Cells[column], row.Cells[column+1], row.Cells[column+2] = Cell{Text: strings.Join(parts, ":")}, Cell{}, Cell{}
}
