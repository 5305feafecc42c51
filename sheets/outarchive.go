package sheets

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
)

// ArchiveFormat is the number of the form that full exports have, as
// docs/export.md describes it. It goes up when older programs could not read
// the archive right.
const ArchiveFormat = 1

// Manifest says what an archive holds.
type Manifest struct {
	Format int             `json:"format"`
	Schema int64           `json:"schema"`
	Tables []ManifestTable `json:"tables"`
}

// ManifestTable is one of the archive's files.
type ManifestTable struct {
	Name    string   `json:"name"`
	File    string   `json:"file"`
	Columns []string `json:"columns"`
	Rows    int      `json:"rows"`
	Bytes   int64    `json:"bytes"`
	SHA256  string   `json:"sha256"`
}

const manifestFile = "manifest.json"

// Archive writes a full export: a ZIP file with a CSV file for each table and
// a manifest. The same records give the same bytes.
type Archive struct {
	zip      *zip.Writer
	manifest Manifest
	table    *archiveTable
}

// archiveTable is the file that is being written.
type archiveTable struct {
	ManifestTable
	out   io.Writer
	hash  hash.Hash
	csv   *csv.Writer
	cells []string
}

// Write counts, and sums up, what goes into the file.
func (t *archiveTable) Write(b []byte) (int, error) {
	t.Bytes += int64(len(b))
	_, _ = t.hash.Write(b) // never fails
	return t.out.Write(b)
}

// NewArchive begins an archive of a database with this version of the schema.
func NewArchive(out io.Writer, schema int64) *Archive {
	return &Archive{zip: zip.NewWriter(out), manifest: Manifest{Format: ArchiveFormat, Schema: schema, Tables: []ManifestTable{}}}
}

// Begin begins the next table. It gives back what writes a row: a value is nil,
// a string, an int64, a bool or a club.Date.
func (a *Archive) Begin(name string, columns []string) (row func(values []any) error, err error) {
	if err := a.end(); err != nil {
		return nil, err
	}
	t := &archiveTable{ManifestTable: ManifestTable{Name: name, File: name + ".csv", Columns: columns}, hash: sha256.New()}
	if t.out, err = a.create(t.File); err != nil {
		return nil, err
	}
	t.csv = csv.NewWriter(t)
	a.table = t
	return t.row, t.csv.Write(columns)
}

// create begins a file. Its time is the first that a ZIP file can name, always:
// the same records give the same bytes.
func (a *Archive) create(name string) (io.Writer, error) {
	first := time.Date(1980, time.January, 1, 0, 0, 0, 0, time.UTC)
	return a.zip.CreateHeader(&zip.FileHeader{Name: name, Method: zip.Deflate, Modified: first})
}

func (t *archiveTable) row(values []any) error {
	t.Rows++
	t.cells = t.cells[:0]
	for _, value := range values {
		t.cells = append(t.cells, archiveCell(value))
	}
	return t.csv.Write(t.cells)
}

// end ends the table that is being written, if any.
func (a *Archive) end() error {
	t := a.table
	if t == nil {
		return nil
	}
	t.csv.Flush()
	t.SHA256 = hex.EncodeToString(t.hash.Sum(nil))
	a.manifest.Tables, a.table = append(a.manifest.Tables, t.ManifestTable), nil
	return t.csv.Error()
}

// Close ends the archive with its manifest, and leaves open what it was written
// to.
func (a *Archive) Close() error {
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

// nothing is a value that is not there, as no text is written.
const nothing = `\N`

// escape writes what CSV would not keep: carriage returns, and the backslash
// itself.
var escape = strings.NewReplacer(`\`, `\\`, "\r", `\r`)

func archiveCell(value any) string {
	switch v := value.(type) {
	case nil:
		return nothing
	case string:
		return Guard(escape.Replace(v))
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

// archiveValue is the text of a cell, nil for nothing; ok = false where it was
// not written by archiveCell.
func archiveValue(cell string) (text *string, ok bool) {
	if cell == nothing {
		return nil, true
	}
	cell = Unguard(cell)
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
