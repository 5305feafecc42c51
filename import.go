package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"runnerdb/club"
	"runnerdb/imports"
	"runnerdb/sheets"
)

// importFlags are what is said of the files, as text.
type importFlags struct {
	race, date, distance, sheet string
	columns                     []string
	dryRun, asJSON              bool
}

func importCommand() *cobra.Command {
	var flags importFlags
	var all bool
	cmd := &cobra.Command{
		Use:   "import FILE…",
		Short: "Read result sheets: CSV, TSV and Excel workbooks",
		Long: `Read the results of a race from a sheet as timers send it: CSV, TSV or
semicolons, or an Excel workbook (.xlsx, .xlsm). What the file says of the race
need not be said again. docs/imports.md tells what is understood.

With --all it reads an archive that runnerdb export wrote into the empty database
that DATABASE_URL names: all of it, or nothing.`,
		Example: `  runnerdb import --dry-run results.csv
  runnerdb import --dry-run --json results.xlsx --distance 10km --sheet "10 km"
  runnerdb import --dry-run results.csv --map "Chip=net" --map "F=club"
  DATABASE_URL=postgres://… runnerdb import --all club.zip`,
		Args: cobra.MinimumNArgs(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if all {
				return importAll(cmd, args)
			}
			options, err := flags.options()
			if err != nil {
				return err
			}
			for _, path := range args {
				if err := importFile(cmd, flags, path, options); err != nil {
					return fmt.Errorf("%s: %w", filepath.Base(path), err)
				}
			}
			return nil
		},
	}
	cmd.Flags().StringVar(&flags.race, "race", "", "name of the race")
	cmd.Flags().StringVar(&flags.date, "date", "", "its day, as 2026-03-08")
	cmd.Flags().StringVar(&flags.distance, "distance", "", "its length, as 10km, 21.1 or half marathon")
	cmd.Flags().StringVar(&flags.sheet, "sheet", "", "the sheet of a workbook to take")
	cmd.Flags().StringArrayVar(&flags.columns, "map", nil, "what a column holds, as \"Chip Time=net\" or F=club (may be repeated)")
	cmd.Flags().BoolVar(&all, "all", false, "read a full export into an empty database")
	cmd.Flags().BoolVar(&flags.dryRun, "dry-run", false, "say what would be done, and write nothing")
	cmd.Flags().BoolVar(&flags.asJSON, "json", false, "print it as JSON")
	return cmd
}

func (f importFlags) options() (sheets.Options, error) {
	o := sheets.Options{Sheet: f.sheet, Race: strings.TrimSpace(f.race), Mapping: map[string]sheets.Field{}}
	if f.date != "" {
		day, err := club.ParseDate(f.date)
		if err != nil {
			return o, fmt.Errorf("--date %w", err)
		}
		o.HeldOn = day
	}
	if f.distance != "" {
		if o.Length = sheets.LengthOf(f.distance); o.Length == 0 {
			return o, fmt.Errorf("--distance %q is no length; write it as 10km, 21.1 or \"half marathon\"", f.distance)
		}
	}
	for _, column := range f.columns {
		at := strings.LastIndex(column, "=")
		if at < 1 {
			return o, fmt.Errorf("--map %q: write it as \"Chip Time=net\"", column)
		}
		field, err := sheets.ParseField(column[at+1:])
		if err != nil {
			return o, fmt.Errorf("--map %q: %w", column, err)
		}
		o.Mapping[column[:at]] = field
	}
	return o, nil
}

func importFile(cmd *cobra.Command, flags importFlags, path string, options sheets.Options) error {
	if !flags.dryRun {
		return errors.New("only --dry-run is understood so far")
	}
	file, err := openSheet(path)
	if err != nil {
		return err
	}
	sheet, err := file.Read(options)
	if err != nil {
		return err
	}
	plan := imports.PlanAlone(sheet)
	if flags.asJSON {
		return json.NewEncoder(cmd.OutOrStdout()).Encode(plan.Report())
	}
	return printPlan(cmd.OutOrStdout(), plan)
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
		if len(row.Reasons) > 0 {
			fmt.Fprintf(out, "line %d: %s: %s: %s\n", row.Entry.Line, row.Entry.Name, row.Verdict, strings.Join(row.Reasons, "; "))
		}
	}
	var parts []string
	for _, verdict := range imports.Verdicts {
		if n := r.Summary[string(verdict)]; n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, verdict))
		}
	}
	_, err := fmt.Fprintf(out, "%d rows: %s\n", len(plan.Rows), strings.Join(parts, ", "))
	return err
}
