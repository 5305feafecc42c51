// Package fullexport writes and reads full exports: a ZIP file with a CSV file for
// each table of the database and a manifest, as docs/export.md describes them.
package fullexport

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"hash"
	"io"
	"strconv"
	"strings"
	"time"

	"runnerdb/club"
	"runnerdb/sheets/grid"
)

// Format is the version of the archive format that docs/export.md describes. It
// goes up when older programs would misread the archive.
const Format = 1

// Manifest describes the contents of an archive.
type Manifest struct {
	Format int             `json:"format"`
	Schema int64           `json:"schema"`
	Tables []ManifestTable `json:"tables"`
}

// ManifestTable describes one file of the archive.
type ManifestTable struct {
	Name    string   `json:"name"`
	File    string   `json:"file"`
	Columns []string `json:"columns"`
	Rows    int      `json:"rows"`
	Bytes   int64    `json:"bytes"`
	SHA256  string   `json:"sha256"`
}

const manifestFile = "manifest.json"

// Writer writes a full export. The same records give the same bytes.
type Writer struct {
	zip      *zip.Writer
	manifest Manifest
	table    *tableWriter
}

// tableWriter writes the file of one table.
type tableWriter struct {
	ManifestTable
	out   io.Writer
	hash  hash.Hash
	csv   *csv.Writer
	cells []string
}

// Write counts and hashes what goes into the file.
func (t *tableWriter) Write(b []byte) (int, error) {
	t.Bytes += int64(len(b))
	_, _ = t.hash.Write(b) // never fails
	return t.out.Write(b)
}

// NewWriter starts an archive of a database with this schema version.
func NewWriter(out io.Writer, schema int64) *Writer {
	return &Writer{zip: zip.NewWriter(out), manifest: Manifest{Format: Format, Schema: schema, Tables: []ManifestTable{}}}
}

// Begin starts the next table and returns a function that writes a row. A value
// is nil, a string, an int64, a bool or a club.Date.
func (a *Writer) Begin(name string, columns []string) (row func(values []any) error, err error) {
	if err := a.end(); err != nil {
		return nil, err
	}
	t := &tableWriter{ManifestTable: ManifestTable{Name: name, File: name + ".csv", Columns: columns}, hash: sha256.New()}
	if t.out, err = a.create(t.File); err != nil {
		return nil, err
	}
	t.csv = csv.NewWriter(t)
	a.table = t
	return t.row, t.csv.Write(columns)
}

// create starts a file. Its timestamp is always the earliest that ZIP can hold,
// so that the same records give the same bytes.
func (a *Writer) create(name string) (io.Writer, error) {
	first := time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)
	return a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: first})
}

func (t *tableWriter) row(values []any) error {
	t.Rows++
	t.cells = t.cells[:0]
	for _, value := range values {
		t.cells = append(t.cells, archiveCell(value))
	}
	return t.csv.Write(t.cells)
}

// end finishes the current table, if any.
func (a *Writer) end() error {
	t := a.table
	if t == nil {
		return nil
	}
	t.csv.Flush()
	t.SHA256 = hex.EncodeToString(t.hash.Sum(nil))
	a.manifest.Tables, a.table = append(a.manifest.Tables, t.ManifestTable), nil
	return t.csv.Error()
}

// Close writes the manifest and ends the archive. It does not close the
// underlying writer.
func (a *Writer) Close() error {
	if err := a.end(); err != nil {
		return err
	}
	text, err := json.MarshalIndent(a.manifest, "", "  ")
	if err != nil {
		return err
	}
	out, err := a.create(manifestFile)
	if err != nil {
		return err
	}
	if _, err := out.Write(append(text, '\n')); err != nil {
		return err
	}
	return a.zip.Close()
}

// nothing stands for NULL. No text is written that way.
const nothing = `\N`

// escape escapes what CSV would lose: carriage returns, and the backslash
// itself.
var escape = strings.NewReplacer(`\`, `\\`, "\r", `\r`)

func archiveCell(value any) string {
	switch v := value.(type) {
	case nil:
		return nothing
	case string:
		return grid.Guard(escape.Replace(v))
	case int64:
		return strconv.FormatInt(v, 10)
	case bool:
		return strconv.FormatBool(v)
	case club.Date:
		return v.String()
	default:
		panic(fmt.Sprintf("no table holds a %T", value))
	}
}

// archiveValue decodes a cell, or nil for NULL. ok is false if archiveCell
// can't have written it.
func archiveValue(cell string) (text *string, ok bool) {
	if cell == nothing {
		return nil, true
	}
	cell = grid.Unguard(cell)
	if !strings.Contains(cell, `\`) {
		return &cell, true
	}
	var b strings.Builder
	for i := 0; i < len(cell); i++ {
		if cell[i] != '\\' {
			b.WriteByte(cell[i])
			continue
		}
		i++
		switch {
		case i < len(cell) && cell[i] == '\\':
			b.WriteByte('\\')
		case i < len(cell) && cell[i] == 'r':
			b.WriteByte('\r')
		default:
			return nil, false
		}
	}
	whole := b.String()
	return &whole, true
}
