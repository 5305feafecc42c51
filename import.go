package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"runnerdb/club"
	"runnerdb/imports"
	"runnerdb/queries"
	"runnerdb/sheets"
)

// importFlags are what is said of the files, as text.
type importFlags struct {
	race, date, distance, sheet, rest  string
	columns, clubs                     []string
	dryRun, asJSON, yes, all, contacts bool
	undo                               int64
}

func importCommand() *cobra.Command {
	var flags importFlags
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Read result sheets: CSV, TSV and Excel workbooks",
		Long: `Read the results of a race from a sheet as timers send it: CSV, TSV or
semicolons, or an Excel workbook (.xlsx, .xlsm). What the file says of the race
need not be said again. All rows that are clear are stored, or none; the others
are named with the reason. The same file again changes nothing.
docs/imports.md tells what is understood.

With --all it reads an archive that runnerdb export wrote into the empty database
that DATABASE_URL names: all of it, or nothing.`,
		Example: `  runnerdb import --dry-run results.csv
  runnerdb import results.xlsx --race "Bay Run" --date 2026-03-08 --distance 10km
  runnerdb import provincial.csv --club "RCS Gugulethu" --rest rest.csv
  runnerdb import results.csv --map "Chip=net" --map "F=club" --yes
  runnerdb import --undo 7
  DATABASE_URL=postgres://… runnerdb import --all club.zip`,
		RunE: func(cmd *cobra.Command, args []string) error {
			if flags.all {
				return importAll(cmd, args)
			}
			if flags.undo != 0 {
				return undoImport(cmd, flags.undo)
			}
			if len(args) == 0 {
				return errors.New("name a file; runnerdb import --help shows how")
			}
			choices, err := flags.choices()
			if err != nil {
				return err
			}
			for _, path := range args {
				if err := importFile(cmd, flags, path, choices); err != nil {
					return fmt.Errorf("%s: %w", filepath.Base(path), err)
				}
			}
			return nil
		},
	}
	flags.register(cmd)
	return cmd
}

func (f *importFlags) register(cmd *cobra.Command) {
	cmd.Flags().StringVar(&f.race, "race", "", "name of the race")
	cmd.Flags().StringVar(&f.date, "date", "", "its day, as 2026-03-08")
	cmd.Flags().StringVar(&f.distance, "distance", "", "its length, as 10km, 21.1 or half marathon")
	cmd.Flags().StringVar(&f.sheet, "sheet", "", "the sheet of a workbook to take; * takes all that hold results")
	cmd.Flags().StringArrayVar(&f.columns, "map", nil, "what a column holds, as \"Chip Time=net\" or F=club (may be repeated)")
	cmd.Flags().StringArrayVar(&f.clubs, "club", nil, "take the members of this club alone (may be repeated)")
	cmd.Flags().StringVar(&f.rest, "rest", "", "write the rows that are not stored to this CSV file, with the reasons")
	cmd.Flags().BoolVar(&f.yes, "yes", false, "agree to repaired times and to what looks doubtful")
	cmd.Flags().BoolVar(&f.contacts, "contacts", false, "keep e-mail addresses and telephone numbers: how to reach the runners")
	cmd.Flags().BoolVar(&f.all, "all", false, "read a full export into an empty database")
	cmd.Flags().BoolVar(&f.dryRun, "dry-run", false, "say what would be done, and write nothing")
	cmd.Flags().BoolVar(&f.asJSON, "json", false, "print it as JSON")
	cmd.Flags().Int64Var(&f.undo, "undo", 0, "undo the import with this number")
}

func (f importFlags) choices() (imports.Choices, error) {
	c := imports.Choices{
		Sheet: f.sheet, Race: strings.TrimSpace(f.race), Clubs: f.clubs, AcceptAll: f.yes, Mapping: map[string]sheets.Field{},
	}
	if f.date != "" {
		day, err := club.ParseDate(f.date)
		if err != nil {
			return c, fmt.Errorf("--date %w", err)
		}
		c.HeldOn = day
	}
	if f.distance != "" {
		if c.Length = sheets.LengthOf(f.distance); c.Length == 0 {
			return c, fmt.Errorf("--distance %q is no length; write it as 10km, 21.1 or \"half marathon\"", f.distance)
		}
	}
	for _, column := range f.columns {
		at := strings.LastIndex(column, "=")
		if at < 1 {
			return c, fmt.Errorf("--map %q: write it as \"Chip Time=net\"", column)
		}
		field, err := sheets.ParseField(column[at+1:])
		if err != nil {
			return c, fmt.Errorf("--map %q: %w", column, err)
		}
		c.Mapping[column[:at]] = field
	}
	return c, nil
}

func importFile(cmd *cobra.Command, flags importFlags, path string, choices imports.Choices) error {
	file, err := openSheet(path)
	if err != nil {
		return err
	}
	if flags.contacts {
		file.AskContacts()
	}
	if flags.dryRun {
		return dryRun(cmd, flags, file, choices)
	}
	cfg, err := environment()
	if err != nil {
		return err
	}
	return withDatabase(cmd, func(ctx context.Context, db *queries.DB) error {
		id, plan, err := imports.Commit(ctx, imports.Records{DB: db, Sealer: cfg.suppression()}, imports.Order{File: file, Choices: choices}, queries.AtCommandLine(time.Now()))
		switch {
		case errors.Is(err, imports.ErrIncomplete):
			return errors.New(strings.Join(plan.Problems, " ") + " Use --race, --date and --distance")
		case errors.Is(err, imports.ErrChanged):
			return errors.New("others change the records just now; try again")
		case err != nil:
			return err
		}
		if err := tell(cmd.OutOrStdout(), flags, plan); err != nil {
			return err
		}
		if id != 0 {
			fmt.Fprintf(cmd.OutOrStdout(), "Stored as import %d; runnerdb import --undo %d takes it back.\n", id, id)
		} else {
			fmt.Fprintln(cmd.OutOrStdout(), "There was nothing to store.")
		}
		return nil
	})
}

// dryRun tells what an import would do. A database that is not there yet is
// not made for it.
func dryRun(cmd *cobra.Command, flags importFlags, file *sheets.File, choices imports.Choices) error {
	cfg, err := environment()
	if err != nil {
		return err
	}
	look := func(ctx context.Context, db *queries.DB) error {
		plan, err := imports.Make(ctx, imports.Records{DB: db, Sealer: cfg.suppression()}, file, choices)
		if err != nil {
			return err
		}
		return tell(cmd.OutOrStdout(), flags, plan)
	}
	if _, err := os.Stat(cfg.database); !queries.IsPostgres(cfg.database) && errors.Is(err, os.ErrNotExist) {
		return look(cmd.Context(), nil)
	}
	return withDatabase(cmd, look)
}

func undoImport(cmd *cobra.Command, id int64) error {
	return withDatabase(cmd, func(ctx context.Context, db *queries.DB) error {
		done, err := db.UndoImport(ctx, id, queries.AtCommandLine(time.Now()))
		switch {
		case errors.Is(err, queries.ErrNotFound):
			return fmt.Errorf("there is no import %d", id)
		case errors.Is(err, queries.ErrStale):
			return fmt.Errorf("import %d was undone before", id)
		case err != nil:
			return err
		}
		_, err = fmt.Fprintf(cmd.OutOrStdout(), "Undid %s: %d results and %d runners that it added, %d that it changed.\n",
			done.Name, done.Added, done.Runners, done.Changed)
		return err
	})
}

// tell prints a plan, and writes what is not stored of it.
func tell(out io.Writer, flags importFlags, plan *imports.Plan) error {
	if flags.rest != "" {
		if err := writeRest(flags.rest, plan); err != nil {
			return err
		}
	}
	if flags.asJSON {
		return json.NewEncoder(out).Encode(plan.Report())
	}
	return printPlan(out, plan)
}

func writeRest(path string, plan *imports.Plan) (err error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	return plan.WriteRest(f)
}

// openSheet reads a file up to the limit.
func openSheet(path string) (*sheets.File, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, sheets.MaxBytes+1))
	if err != nil {
		return nil, err
	}
	return sheets.Open(filepath.Base(path), data)
}

// printSkipped names the lines that were taken for no results, so that one can
// see whether one was.
func printSkipped(out io.Writer, lines []sheets.Skipped) {
	const most = 50
	for _, line := range lines[:min(len(lines), most)] {
		fmt.Fprintf(out, "line %s: no result: %s\n", sheets.PlaceOf(line.Line), line.Text)
	}
	if len(lines) > most {
		fmt.Fprintf(out, "%d more lines: no results\n", len(lines)-most)
	}
}

// printPlan tells in words what an import would do: what the columns hold, and
// each row that needs a look.
func printPlan(out io.Writer, plan *imports.Plan) error {
	r := plan.Report()
	for _, c := range plan.Sheet.Columns {
		if c.Note != "" || c.Field != sheets.Skip {
			fmt.Fprintf(out, "column %-3s %-20s %-9s %s\n", c.Letter, c.Header, c.Field, c.Note)
		}
	}
	for _, e := range r.Events {
		fmt.Fprintf(out, "race %q, %s %s: %d rows\n", e.Name, club.Metres(e.Metres), e.Date, e.Rows)
	}
	for _, row := range plan.Rows {
		if !row.Ready() && row.Verdict != imports.Present {
			fmt.Fprintf(out, "line %s: %s: %s: %s\n", sheets.PlaceOf(row.Entry.Line), row.Entry.Name, row.Verdict, strings.Join(row.Reasons, "; "))
		}
	}
	printSkipped(out, plan.Sheet.Skipped)
	var parts []string
	for _, verdict := range imports.Verdicts {
		if n := r.Summary[string(verdict)]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, verdict))
		}
	}
	_, err := fmt.Fprintf(out, "%d rows: %s\n", len(plan.Rows), strings.Join(parts, ", "))
	return err
}
