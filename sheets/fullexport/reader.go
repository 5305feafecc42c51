package fullexport

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
)

// Limits of an archive. A table may be as large as the disk holds, but not
// compressed more tightly than records can be.
const (
	maxManifest   = 1 << 20
	maxTables     = 100
	maxRecord     = 32 << 20
	maxPacked     = 200
	packedForFree = 1 << 20
)

var (
	// ErrNoArchive is returned for a file that is not a full export.
	ErrNoArchive = errors.New("this is no full export")
	// ErrDamaged is returned for a full export that was altered or cut short.
	ErrDamaged = errors.New("the archive is damaged")
	// ErrNewer is returned for a full export in a later format.
	ErrNewer = errors.New("the archive was made by a newer version of the program")
)

// Reader reads a full export.
type Reader struct {
	Manifest
	files map[string]*zip.File
}

// Open reads the manifest of an archive. Errors wrap ErrNoArchive, ErrDamaged
// or ErrNewer.
func Open(in io.ReaderAt, size int64) (*Reader, error) {
	packed, err := zip.NewReader(in, size)
	if err != nil {
		return nil, fmt.Errorf("%w: not a ZIP file, or cut off", ErrNoArchive)
	}
	if len(packed.File) > maxTables+1 {
		return nil, fmt.Errorf("%w: it holds %d files", ErrNoArchive, len(packed.File))
	}
	a := &Reader{files: map[string]*zip.File{}}
	for _, file := range packed.File {
		if a.files[file.Name] != nil {
			return nil, fmt.Errorf("%w: %.60q is in it twice", ErrDamaged, file.Name)
		}
		a.files[file.Name] = file
	}
	if err := a.readManifest(); err != nil {
		return nil, err
	}
	return a, a.check()
}

func (a *Reader) readManifest() error {
	file := a.files[manifestFile]
	if file == nil || file.UncompressedSize64 > maxManifest {
		return fmt.Errorf("%w: it has no %s", ErrNoArchive, manifestFile)
	}
	in, err := file.Open()
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamaged, manifestFile, err)
	}
	defer func() { _ = in.Close() }()
	text, err := io.ReadAll(io.LimitReader(in, maxManifest))
	if err == nil {
		err = json.Unmarshal(text, &a.Manifest)
	}
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamaged, manifestFile, err)
	}
	if a.Format > Format {
		return fmt.Errorf("%w: its format is %d, this one reads up to %d", ErrNewer, a.Format, Format)
	}
	if a.Format < 1 {
		return fmt.Errorf("%w: %s names no format", ErrNoArchive, manifestFile)
	}
	return nil
}

// check compares the manifest with the files before any is unpacked.
func (a *Reader) check() error {
	if len(a.Tables) != len(a.files)-1 {
		return fmt.Errorf("%w: %d tables in the manifest, %d files", ErrDamaged, len(a.Tables), len(a.files)-1)
	}
	for i, table := range a.Tables {
		file := a.files[table.File]
		again := slices.ContainsFunc(a.Tables[:i], func(t ManifestTable) bool { return t.Name == table.Name || t.File == table.File })
		switch {
		case file == nil || table.File == manifestFile || again:
			return fmt.Errorf("%w: no file for table %.60q", ErrDamaged, table.Name)
		case table.Bytes < 0 || file.UncompressedSize64 != uint64(table.Bytes):
			return fmt.Errorf("%w: %.60q is not as long as the manifest says", ErrDamaged, table.File)
		case file.UncompressedSize64 > packedForFree+maxPacked*file.CompressedSize64:
			return fmt.Errorf("%w: %.60q unpacks to far more than records do", ErrDamaged, table.File)
		}
	}
	return nil
}

// TotalRows returns the number of rows in all tables.
func (a *Reader) TotalRows() (total int) {
	for _, table := range a.Tables {
		total += table.Rows
	}
	return total
}

// Rows calls row for each row of a table. Damage may only show at the end, so
// undo everything if it returns an error.
func (a *Reader) Rows(name string, row func(values []*string) error) error {
	i := slices.IndexFunc(a.Tables, func(t ManifestTable) bool { return t.Name == name })
	if i < 0 {
		return fmt.Errorf("%w: no table %q", ErrDamaged, name)
	}
	table := a.Tables[i]
	in, err := a.files[table.File].Open()
	if err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamaged, table.File, err)
	}
	defer func() { _ = in.Close() }()
	sum := sha256.New()
	bounded := &boundedReader{in: io.TeeReader(in, sum)}
	rows, err := readTable(bounded, table, row)
	if err != nil {
		return err
	}
	if hex.EncodeToString(sum.Sum(nil)) != table.SHA256 || rows != table.Rows {
		return fmt.Errorf("%w: %s is not what was written", ErrDamaged, table.File)
	}
	return nil
}

func readTable(in *boundedReader, table ManifestTable, row func(values []*string) error) (rows int, err error) {
	reader := csv.NewReader(in)
	reader.FieldsPerRecord = len(table.Columns)
	reader.ReuseRecord = true
	values := make([]*string, len(table.Columns))
	for ; ; rows++ {
		in.left = maxRecord
		record, err := reader.Read()
		if errors.Is(err, io.EOF) {
			return rows - 1, nil // without the header
		}
		if err != nil {
			return 0, fmt.Errorf("%w: %s: %w", ErrDamaged, table.File, err)
		}
		if rows == 0 {
			if !slices.Equal(record, table.Columns) {
				return 0, fmt.Errorf("%w: %s has other columns than the manifest says", ErrDamaged, table.File)
			}
			continue
		}
		for i, cell := range record {
			var ok bool
			if values[i], ok = archiveValue(cell); !ok {
				return 0, fmt.Errorf("%w: %s, row %d holds a stray backslash", ErrDamaged, table.File, rows)
			}
		}
		if err := row(values); err != nil {
			return 0, err
		}
	}
}

// boundedReader limits the bytes read for one record, so that an unclosed quote
// can't swallow the file.
type boundedReader struct {
	in   io.Reader
	left int
}

func (r *boundedReader) Read(b []byte) (int, error) {
	if r.left <= 0 {
		return 0, errors.New("a row is far too long")
	}
	n, err := r.in.Read(b)
	r.left -= n
	return n, err
}
