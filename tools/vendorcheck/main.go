// Command vendorcheck compares the files of a folder with the hashes that its
// README.md gives for them. A file without a hash and a hash without a file are
// both mistakes, so nothing slips in or out of the folder unseen.
//
//	go run ./vendorcheck ../static/vendor
package main

import (
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
)

// hashRow is a row of the table of hashes: file, sha384 as in an integrity
// attribute, sha256 in hexadecimal.
var hashRow = regexp.MustCompile("(?m)^\\| `([^`]+)` \\| `(sha384-[^`]+)` \\| `([0-9a-f]{64})` \\|$")

type hashes struct{ sha384, sha256 string }

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: vendorcheck FOLDER")
		os.Exit(2)
	}
	n, err := check(os.Args[1])
	if err != nil {
		fmt.Fprintln(os.Stderr, "vendorcheck:", err)
		os.Exit(1)
	}
	fmt.Printf("vendored files: %d as recorded\n", n)
}

// check returns the number of files that are as recorded, or the first that is
// not.
func check(folder string) (int, error) {
	want, err := recorded(filepath.Join(folder, "README.md"))
	if err != nil {
		return 0, err
	}
	got, err := present(folder)
	if err != nil {
		return 0, err
	}
	for _, name := range slices.Sorted(maps.Keys(got)) {
		w, ok := want[name]
		switch {
		case !ok:
			return 0, fmt.Errorf("%s: README.md records no hashes for it", name)
		case w != got[name]:
			return 0, fmt.Errorf("%s: is %s, sha256 %s; README.md records others", name, got[name].sha384, got[name].sha256)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(want)) {
		if _, ok := got[name]; !ok {
			return 0, fmt.Errorf("%s: README.md records hashes for it, but it is not there", name)
		}
	}
	return len(got), nil
}

func recorded(readme string) (map[string]hashes, error) {
	text, err := os.ReadFile(readme)
	if err != nil {
		return nil, err
	}
	rows := make(map[string]hashes)
	for _, row := range hashRow.FindAllStringSubmatch(string(text), -1) {
		rows[row[1]] = hashes{sha384: row[2], sha256: row[3]}
	}
	if len(rows) == 0 {
		return nil, fmt.Errorf("%s: has no row of hashes", readme)
	}
	return rows, nil
}

func present(folder string) (map[string]hashes, error) {
	entries, err := os.ReadDir(folder)
	if err != nil {
		return nil, err
	}
	files := make(map[string]hashes)
	for _, entry := range entries {
		if entry.Name() == "README.md" {
			continue
		}
		data, err := os.ReadFile(filepath.Join(folder, entry.Name()))
		if err != nil {
			return nil, err
		}
		long, short := sha512.Sum384(data), sha256.Sum256(data)
		files[entry.Name()] = hashes{
			sha384: "sha384-" + base64.StdEncoding.EncodeToString(long[:]),
			sha256: hex.EncodeToString(short[:]),
		}
	}
	return files, nil
}
