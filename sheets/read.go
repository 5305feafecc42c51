package sheets

import (
	"path"
	"slices"
	"strings"

	"runnerdb/club"
)

// File is an uploaded file as tables of cells.
type File struct {
	Name   string
	Tables []Table
}

// Open reads a file. What is no sheet that can be read is refused with a
// *RefusalError. The name says by its ending what the file should be.
func Open(name string, data []byte) (*File, error) {
	what, err := kindOf(name, data)
	if err != nil {
		return nil, err
	}
	if what == workbook {
		tables, err := readWorkbook(data)
		if err != nil {
			return nil, err
		}
		for _, table := range tables {
			table.joinParts()
		}
		return &File{name, tables}, nil
	}
	table, err := readDelimited(data)
	if err != nil {
		return nil, err
	}
	table.joinParts()
	return &File{name, []Table{table}}, nil
}

// AskContacts makes e-mail addresses and telephone numbers be read, which are
// left out otherwise.
func (f *File) AskContacts() {
	for i := range f.Tables {
		f.Tables[i].Contacts = true
	}
}

// AsksContacts reports whether they were asked for.
func (f *File) AsksContacts() bool { return len(f.Tables) > 0 && f.Tables[0].Contacts }

// Options are what somebody says of a file; the zero value says nothing.
type Options struct {
	// Sheet is the name of the sheet to take.
	Sheet string
	// Mapping says of columns, by their name or letter, what they hold.
	Mapping map[string]Field
	// Race, HeldOn and Length are the race's; they count more than what the
	// file says.
	Race   string
	HeldOn club.Date
	Length club.Metres
	// Edits are cells that somebody corrected, by line and field.
	Edits map[int]map[Field]string
}

// EventInfo is a race of a sheet, as far as that says which.
type EventInfo struct {
	Name   string
	Length club.Metres
	HeldOn club.Date
	Rows   int
}

// Skipped is a row that is no result.
type Skipped struct {
	Line int
	Text string
}

// Sheet is a sheet of results.
type Sheet struct {
	Name string
	// Header is the line that names the columns, 0 for none.
	Header  int
	Columns []Column
	Events  []EventInfo
	Entries []Entry
	Skipped []Skipped
}

// reader reads the rows of a table.
type reader struct {
	header header
	at     mapping
	styles map[Field]style
	order  order
	said   map[string]Field
	// below is what the last heading said, flags the columns of marks.
	below section
	flags map[int]club.Status
	// start is the column of the start that the finish is less by, -1 for none.
	start int
	// clubInName says that the club stands behind the name, in brackets.
	clubInName bool
}

// Guess is the index of the table that most likely holds the results: of those
// that do, a visible one with the most rows; a hidden one where no other does.
func (f *File) Guess() int {
	if len(f.Tables) == 1 {
		return 0
	}
	best, most := 0, -1
	for i, table := range f.Tables {
		rows := 0
		if _, m, _, err := table.columns(nil); err == nil && m != nil {
			rows = 1 + len(table.Rows)
			if !table.Hidden {
				rows += MaxRows
			}
		}
		if rows > most {
			best, most = i, rows
		}
	}
	return best
}

// columns finds the header of a table and what its columns hold.
func (t Table) columns(said map[string]Field) (header, *mapper, []Row, error) {
	if t.width() < 2 {
		return header{}, nil, nil, refuse("%s", reasonNoWho)
	}
	h := findHeader(t)
	rows := t.Rows[h.at+1:]
	m := t.mapColumns(h, rows, said)
	if h.at < 0 {
		at := unknownHeader(t, m)
		if at < 0 && t.width() >= 8 && onlyWords(t.Rows[0]) {
			at = 0
		}
		if at >= 0 {
			h = header{at, headerNames(t, at)}
			rows = t.Rows[at+1:]
			m = t.mapColumns(h, rows, said)
		}
	}
	return h, m, rows, m.checkShape()
}

// unknownHeader finds a header in a language that we don't know: the row above
// the first that has a time, when all its cells are words.
func unknownHeader(t Table, m *mapper) int {
	at := m.mapping()
	for i, row := range t.Rows[:min(len(t.Rows), headerDepth)] {
		isResult := false
		for _, field := range []Field{Time, Net, Gun} {
			if column := at.column(field); column >= 0 && column < len(row.Cells) {
				isResult = isResult || readClock(row.Cells[column], style{}).time > 0
			}
		}
		if !isResult {
			continue
		}
		if i == 0 {
			return -1
		}
		if above := t.Rows[i-1]; !onlyWords(above) || above.filled() < 2 || above.filled()*2 < row.filled() {
			return -1
		}
		return i - 1
	}
	return -1
}

// onlyWords reports whether all cells of a row are words.
func onlyWords(row Row) bool {
	for column := range row.Cells {
		if text := row.text(column); text != "" && !hasLetters(text) && text != "#" {
			return false
		}
	}
	return true
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

// readTable reads one sheet; what its rows say of each other is left to check.
func (f *File) readTable(table Table, o Options) (*Sheet, error) {
	h, m, rows, err := table.columns(o.Mapping)
	if err != nil {
		return nil, err
	}
	r := &reader{header: h, at: m.mapping(), said: o.Mapping, flags: m.flags(), start: m.start}
	if h.at > 0 && withoutSex(rowText(table.Rows[h.at-1])) != rowText(table.Rows[h.at-1]) {
		r.below = sectionOf(table.Rows[h.at-1])
	}
	r.prepare(m, rows)
	s := &Sheet{Name: table.Name, Columns: m.columns, Entries: make([]Entry, 0, len(rows))}
	if h.at >= 0 {
		s.Header = table.Rows[h.at].Line
	}
	events := newEvents(f.Name, table, h, o)
	for _, row := range rows {
		if fixed := o.Edits[row.Line]; fixed != nil {
			row = r.edited(row, fixed)
		}
		if !r.isResult(row) {
			if row.filled() <= 2 {
				r.below = sectionOf(row)
			}
			events.section(row)
			s.Skipped = append(s.Skipped, Skipped{row.Line, rowText(row)})
			continue
		}
		e := r.entry(row)
		e.Event = events.of(r, row)
		s.Entries = append(s.Entries, e)
	}
	if len(s.Entries) == 0 {
		return nil, refuse("No row holds a result. A sheet of results has one row for each runner, with a name and a time.")
	}
	s.Events = events.named()
	s.repair()
	return s, nil
}

func (f *File) table(name string) (Table, error) {
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
	return Table{}, refuse("There is no sheet %s in the file; it has: %s.", quote(name), strings.Join(names, ", "))
}

func (r *reader) prepare(m *mapper, rows []Row) {
	r.styles = map[Field]style{}
	for _, field := range []Field{Time, Net, Gun} {
		if column := r.at.column(field); column >= 0 {
			r.styles[field] = m.profiles[column].style
		}
	}
	column := r.at.column(Name)
	if column < 0 {
		return
	}
	names := make([]string, 0, min(len(rows), sampled))
	for _, row := range rows[:min(len(rows), sampled)] {
		if r.isResult(row) {
			names = append(names, row.text(column))
		}
	}
	r.clubInName = r.at.column(Club) < 0 && haveClubs(names)
	r.order = columnOrder(names)
	if r.order == asWritten && surnameHeaders[word(m.columns[column].Header)] {
		r.order = surnameFirst
	}
}

// edited is a row with what somebody corrected.
func (r *reader) edited(row Row, cells map[Field]string) Row {
	row.Cells = slices.Clone(row.Cells)
	for field, text := range cells {
		column := r.at.column(field)
		if column < 0 {
			continue
		}
		for len(row.Cells) <= column {
			row.Cells = append(row.Cells, Cell{})
		}
		row.Cells[column] = Cell{Text: text}
	}
	return row
}

func rowText(row Row) string {
	var parts []string
	for i := range row.Cells {
		if text := row.text(i); text != "" {
			parts = append(parts, text)
		}
	}
	return clip(strings.Join(parts, " · "), 200)
}

// titleOf is what a file's name says of the race.
func titleOf(name string) string {
	name = path.Base(strings.ReplaceAll(name, "\\", "/"))
	name = strings.TrimSuffix(name, path.Ext(name))
	return tidy(strings.NewReplacer("_", " ", "-", " ", ".", " ").Replace(name))
}
