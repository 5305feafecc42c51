package queries

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
)

// dump is what a file of pg_dump holds.
type dump struct {
	file string
	// schema is the one that has our tables.
	schema  string
	version int64
	tables  []string
	// wanted are the lines of its contents that are restored.
	wanted string
}

// restorable are the kinds of entries that our schema is made of. Extensions,
// comments, rights and the schema itself are left out: they belong to whoever
// owns the database.
var restorable = []string{
	"TABLE DATA", "TABLE", "SEQUENCE OWNED BY", "SEQUENCE SET", "SEQUENCE", "DEFAULT", "FK CONSTRAINT", "CONSTRAINT", "INDEX",
}

// readDump reads the whole file and checks that it holds our tables, with their
// rows, in a schema version that this program knows.
func readDump(ctx context.Context, file string) (dump, error) {
	d := dump{file: file}
	if _, err := runTool(ctx, "", "pg_restore", "--file="+os.DevNull, file); err != nil {
		return d, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	contents, err := runTool(ctx, "", "pg_restore", "--list", file)
	if err != nil {
		return d, fmt.Errorf("%w: %w", ErrBackup, err)
	}
	if err := d.readContents(contents); err != nil {
		return d, err
	}
	if err := d.readVersion(ctx); err != nil {
		return d, err
	}
	return d, checkContent(file, d.version, d.tables)
}

// entry is a line of pg_restore --list: what it is, its schema and its name.
type entry struct{ kind, schema, name, line string }

func parseEntry(line string) (entry, bool) {
	_, described, found := strings.Cut(line, "; ")
	if !found {
		return entry{}, false
	}
	words := strings.SplitN(described, " ", 3) // two object ids, and the rest
	if len(words) < 3 {
		return entry{}, false
	}
	for _, kind := range restorable {
		if rest, is := strings.CutPrefix(words[2], kind+" "); is {
			if fields := strings.Fields(rest); len(fields) >= 2 {
				return entry{kind, fields[0], fields[1], line}, true
			}
		}
	}
	return entry{}, false
}

func (d *dump) readContents(contents []byte) error {
	var entries []entry
	lines := bufio.NewScanner(bytes.NewReader(contents))
	for lines.Scan() {
		e, ok := parseEntry(lines.Text())
		if !ok {
			continue
		}
		entries = append(entries, e)
		if e.kind == "TABLE" && e.name == "goose_db_version" {
			if d.schema != "" {
				return fmt.Errorf("%w: %s holds several schemas with our tables; dump one with pg_dump --schema", ErrBackup, d.file)
			}
			d.schema = e.schema
		}
	}
	var wanted strings.Builder
	for _, e := range entries {
		if e.schema != d.schema {
			continue
		}
		fmt.Fprintln(&wanted, e.line)
		hasRows := entry{"TABLE DATA", e.schema, e.name, ""}
		if e.kind == "TABLE" && slices.ContainsFunc(entries, func(e entry) bool { e.line = ""; return e == hasRows }) {
			d.tables = append(d.tables, e.name)
		}
	}
	d.wanted = wanted.String()
	return lines.Err()
}

// readVersion reads the rows of goose_db_version, which pg_restore writes as the
// input of COPY.
func (d *dump) readVersion(ctx context.Context) error {
	script, err := runTool(ctx, "", "pg_restore", "--data-only", "--schema="+d.schema, "--table=goose_db_version", "--file=-", d.file)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrBackup, err)
	}
	var names []string
	for line := range strings.Lines(string(script)) {
		line = strings.TrimSuffix(line, "\n")
		if start, isCopy := strings.CutSuffix(line, ") FROM stdin;"); isCopy {
			_, columns, _ := strings.Cut(start, "(")
			names = strings.Split(columns, ", ")
		}
		at, applied := slices.Index(names, "version_id"), slices.Index(names, "is_applied")
		values := strings.Split(line, "\t")
		if at < 0 || applied < 0 || len(values) != len(names) || values[applied] != "t" {
			continue
		}
		version, err := strconv.ParseInt(values[at], 10, 64)
		if err != nil {
			return fmt.Errorf("%w: %s: version %q", ErrBackup, d.file, values[at])
		}
		d.version = max(d.version, version)
	}
	if d.version == 0 {
		return fmt.Errorf("%w: %s holds the tables of another program", ErrBackup, d.file)
	}
	return nil
}
