package queries

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// removeStaleParts removes what killed backups left in a folder: private files
// called *.part that begin as a backup does, or are empty, and that no backup
// holds the lock of.
func removeStaleParts(dir string) error {
	names, err := filepath.Glob(filepath.Join(escapeGlob(dir), "*.part"))
	if err != nil {
		return err
	}
	for _, name := range names {
		if err := removeStalePart(name); err != nil && !errors.Is(err, fs.ErrNotExist) && !errors.Is(err, fs.ErrPermission) {
			return err
		}
	}
	return nil
}

func removeStalePart(name string) error {
	if info, err := os.Lstat(name); err != nil || !info.Mode().IsRegular() || info.Mode().Perm() != 0o600 {
		return err
	}
	start, err := beginning(name)
	if err != nil {
		return err
	}
	if start != "" && start != sqliteMagic && !strings.HasPrefix(start, postgresMagic) {
		return nil
	}
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	if locked, err := lockSoon(f); !locked || err != nil {
		return joinClose(err, f)
	}
	return joinClose(removeFile(name), f)
}

var globEscaper = strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`)

func escapeGlob(dir string) string { return globEscaper.Replace(dir) }
