package sheets

import (
	"bytes"
	"compress/gzip"
	"encoding/gob"
	"fmt"
	"slices"
	"strings"

	"runnerdb/sheets/grid"
)

// Pack encodes a file for storage until it is imported. It leaves private
// columns out.
func (f *File) Pack() ([]byte, error) {
	public := File{Name: f.Name, Tables: make([]grid.Table, len(f.Tables))}
	for i, table := range f.Tables {
		public.Tables[i] = withoutPrivate(table)
	}
	var b bytes.Buffer
	packer := gzip.NewWriter(&b)
	if err := gob.NewEncoder(packer).Encode(public); err != nil {
		return nil, fmt.Errorf("pack %s: %w", f.Name, err)
	}
	if err := packer.Close(); err != nil {
		return nil, fmt.Errorf("pack %s: %w", f.Name, err)
	}
	return b.Bytes(), nil
}

// Unpack decodes a file that Pack encoded.
func Unpack(packed []byte) (*File, error) {
	unpacker, err := gzip.NewReader(bytes.NewReader(packed))
	if err != nil {
		return nil, fmt.Errorf("unpack a sheet: %w", err)
	}
	var f File
	if err := gob.NewDecoder(unpacker).Decode(&f); err != nil {
		return nil, fmt.Errorf("unpack a sheet: %w", err)
	}
	return &f, nil
}

// withoutPrivate returns a copy of a table with its private columns blanked. A
// table that is not a list of results is emptied, because its contents are
// unknown.
func withoutPrivate(t grid.Table) grid.Table {
	_, m, _, err := readColumns(t, nil)
	if err != nil {
		return grid.Table{Name: t.Name, Hidden: t.Hidden}
	}
	rows := make([]grid.Row, len(t.Rows))
	for i, row := range t.Rows {
		rows[i] = grid.Row{Line: row.Line, Cells: slices.Clone(row.Cells)}
		for column, c := range m.columns {
			isHeader := column < len(row.Cells) && grid.Tidy(row.Cells[column].Text) == c.Header
			if c.Field == Private && column < len(row.Cells) && !isHeader {
				rows[i].Cells[column] = grid.Cell{}
			}
		}
	}
	return grid.Table{Name: t.Name, Hidden: t.Hidden, Contacts: t.Contacts, Rows: rows}
}

// HeaderKey identifies the source of a sheet by its column names.
func (s *Sheet) HeaderKey() string {
	names := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		names[i] = word(c.Header)
	}
	return clip(strings.Join(names, "|"), 1000)
}

// Choice is a sheet that can be selected.
type Choice struct {
	Name string
	Rows int
}

// Choices lists the sheets of a file.
func (f *File) Choices() []Choice {
	all := make([]Choice, len(f.Tables))
	for i, table := range f.Tables {
		all[i] = Choice{table.Name, len(table.Rows)}
	}
	return all
}

// Rows counts the rows of all sheets.
func (f *File) Rows() (n int) {
	for _, table := range f.Tables {
		n += len(table.Rows)
	}
	return n
}
