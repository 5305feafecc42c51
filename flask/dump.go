// Package flask reads the data of the club's first web app from a plain pg_dump
// of its database. It takes the names of tables and columns from the dump, so
// it does not need to know them beforehand, and never connects to the database.
package flask

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// Limits of a dump.
const (
	maxLine = 16 << 20
	maxRows = 2_000_000
)

// ErrDump is returned for a file that is not a plain dump.
var ErrDump = errors.New("not a plain dump of PostgreSQL; make one with: pg_dump --no-owner DATABASE > dump.sql")

// DumpTable is a table in a dump. A row has a value for each column; NULL cells
// hold Null.
type DumpTable struct {
	Columns []string
	Rows    [][]string
}

// Null is the value of a NULL cell.
const Null = "\x00"

// Read reads all tables of a dump, keyed by name in lower case without the
// schema.
func Read(r io.Reader) (map[string]*DumpTable, error) {
	d := &dump{in: bufio.NewReaderSize(r, 64<<10), tables: map[string]*DumpTable{}, declared: map[string][]string{}}
	for {
		line, err := d.line()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return nil, err
		}
		if err := d.statement(line); err != nil {
			return nil, fmt.Errorf("line %d: %w", d.number, err)
		}
	}
	if len(d.tables) == 0 && len(d.declared) == 0 {
		return nil, ErrDump
	}
	return d.tables, nil
}

type dump struct {
	in       *bufio.Reader
	number   int
	rows     int
	tables   map[string]*DumpTable
	declared map[string][]string // columns by CREATE TABLE
}

// line returns the next line without its ending.
func (d *dump) line() (string, error) {
	var b strings.Builder
	d.number++
	for {
		part, more, err := d.in.ReadLine()
		if err != nil {
			return "", err
		}
		b.Write(part)
		if b.Len() > maxLine {
			return "", fmt.Errorf("line %d: %w", d.number, ErrDump)
		}
		if !more {
			return b.String(), nil
		}
	}
}

func (d *dump) statement(line string) error {
	words := strings.Fields(line)
	switch {
	case strings.ContainsRune(line, 0) || strings.HasPrefix(line, "PGDMP"):
		return ErrDump
	case len(words) >= 3 && strings.EqualFold(words[0], "CREATE") && strings.EqualFold(words[1], "TABLE"):
		return d.declaration(line)
	case len(words) >= 2 && strings.EqualFold(words[0], "COPY"):
		return d.copied(line)
	case len(words) >= 3 && strings.EqualFold(words[0], "INSERT") && strings.EqualFold(words[1], "INTO"):
		return d.inserted(line)
	default:
		return nil
	}
}

// declaration reads the column names of a CREATE TABLE statement, one a line.
func (d *dump) declaration(line string) error {
	s := scanner{text: line}
	s.words(2)
	name := s.name()
	var columns []string
	for !strings.HasPrefix(strings.TrimSpace(line), ")") {
		var err error
		if line, err = d.line(); err != nil {
			return ErrDump
		}
		s := scanner{text: line}
		column := s.name()
		if column != "" && !strings.EqualFold(column, "constraint") {
			columns = append(columns, column)
		}
	}
	d.declared[name] = columns
	return nil
}

// copied reads the lines from COPY … FROM stdin up to \.
func (d *dump) copied(head string) error {
	if !strings.HasSuffix(strings.ToLower(strings.TrimSpace(head)), "from stdin;") {
		return nil
	}
	s := scanner{text: head}
	s.words(1)
	name := s.name()
	columns := s.list()
	for {
		line, err := d.line()
		if err != nil {
			return fmt.Errorf("the dump ends in the middle of the table %s: %w", name, ErrDump)
		}
		if line == `\.` {
			return nil
		}
		cells := strings.Split(line, "\t")
		for i, cell := range cells {
			cells[i] = uncopied(cell)
		}
		if err := d.add(name, columns, cells); err != nil {
			return err
		}
	}
}

func (d *dump) inserted(line string) error {
	for !strings.HasSuffix(strings.TrimSpace(line), ";") || strings.Count(line, "'")%2 == 1 {
		next, err := d.line()
		if err != nil || len(line)+len(next) > maxLine {
			return ErrDump
		}
		line += "\n" + next
	}
	s := scanner{text: line}
	s.words(2)
	name := s.name()
	columns := s.list()
	if !s.word("values") {
		return nil
	}
	for s.open() {
		cells, ok := s.values()
		if !ok {
			return ErrDump
		}
		if err := d.add(name, columns, cells); err != nil {
			return err
		}
		s.comma()
	}
	return nil
}

func (d *dump) add(name string, columns, cells []string) error {
	if len(columns) == 0 {
		columns = d.declared[name]
	}
	if len(columns) != len(cells) {
		return fmt.Errorf("the table %s has %d columns and a row of %d: %w", name, len(columns), len(cells), ErrDump)
	}
	if d.rows++; d.rows > maxRows {
		return fmt.Errorf("more than %d rows", maxRows)
	}
	table := d.tables[name]
	if table == nil {
		table = &DumpTable{Columns: columns}
		d.tables[name] = table
	}
	if strings.Join(table.Columns, ",") != strings.Join(columns, ",") {
		return fmt.Errorf("rows of the table %s have different columns: %w", name, ErrDump)
	}
	table.Rows = append(table.Rows, cells)
	return nil
}

// uncopied decodes a cell in COPY's text format (PostgreSQL 15 manual, COPY,
// File Formats).
func uncopied(cell string) string {
	if cell == `\N` {
		return Null
	}
	if !strings.Contains(cell, `\`) {
		return cell
	}
	var b strings.Builder
	for i := 0; i < len(cell); i++ {
		if cell[i] != '\\' || i+1 == len(cell) {
			b.WriteByte(cell[i])
			continue
		}
		i++
		if at := strings.IndexByte("bfnrtv", cell[i]); at >= 0 {
			b.WriteByte("\b\f\n\r\t\v"[at])
		} else {
			b.WriteByte(cell[i])
		}
	}
	return b.String()
}
