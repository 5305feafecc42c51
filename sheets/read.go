package sheets

import (
	"path"
	"strings"

	"runnerdb/club"
	"runnerdb/sheets/delimited"
	"runnerdb/sheets/grid"
	"runnerdb/sheets/workbook"
)

// File is an uploaded file as tables of cells.
type File struct {
	Name   string
	Tables []grid.Table
}

// Open reads a file, whose type must match the extension of its name. It
// refuses anything that is not a readable sheet with a *RefusalError.
func Open(name string, data []byte) (*File, error) {
	what, err := kindOf(name, data)
	if err != nil {
		return nil, err
	}
	if what == kindWorkbook {
		tables, err := workbook.Read(data)
		if err != nil {
			return nil, err
		}
		for _, table := range tables {
			prepare(table)
		}
		return &File{name, tables}, nil
	}
	table, err := delimited.Read(data)
	if err != nil {
		return nil, err
	}
	prepare(table)
	return &File{name, []grid.Table{table}}, nil
}

// AskContacts makes Read include email addresses and phone numbers, which it
// otherwise leaves out.
func (f *File) AskContacts() {
	for i := range f.Tables {
		f.Tables[i].Contacts = true
	}
}

// AsksContacts reports whether AskContacts was called.
func (f *File) AsksContacts() bool { return len(f.Tables) > 0 && f.Tables[0].Contacts }

// prepare normalises a table so that its columns can be told apart.
func prepare(t grid.Table) {
	removeMarkup(t)
	joinParts(t)
	align(t)
}

// Options are a person's choices for reading a file. The zero value makes none.
type Options struct {
	// Sheet is the name of the sheet to read.
	Sheet string
	// Mapping gives the fields of columns by name or letter.
	Mapping map[string]Field
	// Race, HeldOn and Length describe the race, and override what the file
	// says.
	Race   string
	HeldOn club.Date
	Length club.Metres
	// Edits are corrected cells, by line and field.
	Edits map[int]map[Field]string
}

// EventInfo is a race in a sheet, as far as the sheet describes it.
type EventInfo struct {
	Name   string
	Length club.Metres
	HeldOn club.Date
	Rows   int
}

// Skipped is a row that is not a result.
type Skipped struct {
	Line int
	Text string
}

// Sheet is a list of results.
type Sheet struct {
	Name string
	// Header is the line of the column names, or 0.
	Header  int
	Columns []Column
	Events  []EventInfo
	Entries []ResultRow
	Skipped []Skipped
	// titles is the text above the results, with the names of the sheet and the
	// file.
	titles string
}

// Guess returns the index of the table that most likely holds the results: of
// the tables that can be read, the visible one with the most rows, or a hidden
// one if no visible table can be read.
func (f *File) Guess() int {
	if len(f.Tables) == 1 {
		return 0
	}
	best, most := 0, -1
	for i, table := range f.Tables {
		rows := 0
		if _, m, _, err := readColumns(table, nil); err == nil && m != nil {
			rows = 1 + len(table.Rows)
			if !table.Hidden {
				rows += grid.MaxRows
			}
		}
		if rows > most {
			best, most = i, rows
		}
	}
	return best
}

// Read reads the results of a file.
func (f *File) Read(o Options) (*Sheet, error) {
	s, err := f.readSheets(o)
	if err != nil {
		return nil, err
	}
	s.check()
	return s, nil
}

func (f *File) readSheets(o Options) (*Sheet, error) {
	if o.Sheet == AllSheets {
		return f.readAll(o)
	}
	table, err := f.table(o.Sheet)
	if err != nil {
		return nil, err
	}
	return f.readTable(table, o)
}

// readTable reads one sheet, without the checks between rows that check makes.
func (f *File) readTable(table grid.Table, o Options) (*Sheet, error) {
	h, m, rows, err := readColumns(table, o.Mapping)
	if err != nil {
		return nil, err
	}
	r := &reader{sex: sexInWords(club.Words(table.Name)), header: h, at: m.mapping(), said: o.Mapping, flags: m.flags(), start: m.start}
	if h.at > 0 && withoutSex(rowText(table.Rows[h.at-1])) != rowText(table.Rows[h.at-1]) {
		r.below = sectionOf(table.Rows[h.at-1])
	}
	r.prepare(m, rows)
	s := &Sheet{Name: table.Name, Columns: m.columns, Entries: make([]ResultRow, 0, len(rows))}
	if h.at >= 0 {
		s.Header = table.Rows[h.at].Line
	}
	events := newEvents(f.Name, table, h, []int{r.at.column(Net), r.at.column(Time), r.at.column(Gun)}, o)
	s.titles = events.titles
	for _, row := range rows {
		if fixed := o.Edits[row.Line]; fixed != nil {
			row = r.edited(row, fixed)
		}
		if !r.isResult(row) {
			if row.Filled() <= 2 && (!r.below.teams || row.Filled() == 1) {
				r.below = sectionOf(row)
			}
			r.beginAgain()
			events.section(row)
			s.Skipped = append(s.Skipped, Skipped{row.Line, rowText(row)})
			continue
		}
		e := r.entry(row)
		e.Event = events.of(r, row)
		s.Entries = append(s.Entries, e)
	}
	if len(s.Entries) == 0 {
		return nil, grid.Refuse("No row holds a result. A sheet of results has one row for each runner, with a name and a time.")
	}
	s.Events = events.named()
	s.repair()
	return s, nil
}

func (f *File) table(name string) (grid.Table, error) {
	if name == "" {
		return f.Tables[f.Guess()], nil
	}
	names := make([]string, 0, len(f.Tables))
	for _, table := range f.Tables {
		if table.Name == name {
			return table, nil
		}
		names = append(names, table.Name)
	}
	return grid.Table{}, grid.Refuse("There is no sheet %s in the file; it has: %s.", quote(name), strings.Join(names, ", "))
}

func rowText(row grid.Row) string {
	var parts []string
	for i := range row.Cells {
		if text := row.Text(i); text != "" {
			parts = append(parts, text)
		}
	}
	return clip(strings.Join(parts, " · "), 200)
}

// titleOf returns the title of a race in a file name.
func titleOf(name string) string {
	name = path.Base(strings.ReplaceAll(name, "\\", "/"))
	name = strings.TrimSuffix(name, path.Ext(name))
	return grid.Tidy(strings.NewReplacer("_", " ", "-", " ", ".", " ").Replace(name))
}
