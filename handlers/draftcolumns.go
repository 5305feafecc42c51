package handlers

import (
	"errors"
	"slices"

	"runnerdb/components"
	"runnerdb/imports"
	"runnerdb/sheets"
)

// looseColumns are the columns of a sheet that can't be read as it was chosen:
// without what was chosen for them.
func looseColumns(draft imports.Draft) ([]components.DraftColumn, error) {
	options := draft.Choices.Options()
	options.Mapping, options.Edits = nil, nil
	sheet, err := draft.File.Read(options)
	var refusal *sheets.RefusalError
	if errors.As(err, &refusal) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	return draftColumns(sheet, draft.File.AsksContacts()), nil
}

func draftColumns(sheet *sheets.Sheet, contacts bool) (columns []components.DraftColumn) {
	for _, column := range sheet.Columns {
		field := column.Field
		if field == sheets.Private {
			field, column.Samples = sheets.Skip, nil
		}
		d := components.DraftColumn{Letter: column.Letter, Header: column.Header, Note: column.Note, Samples: column.Samples}
		for _, f := range sheets.Fields {
			if (f == sheets.Email || f == sheets.Phone) && !contacts {
				continue
			}
			d.Fields = append(d.Fields, components.Option{Label: fieldWords[f], Value: string(f), Chosen: f == field})
		}
		columns = append(columns, d)
	}
	return columns
}

// fieldWords are what people call the fields of a sheet.
var fieldWords = map[sheets.Field]string{
	sheets.Name: "name", sheets.First: "given name", sheets.Last: "surname", sheets.Time: "time", sheets.Net: "net time", sheets.Gun: "gun time",
	sheets.Ending: "status", sheets.Position: "place", sheets.Bib: "race number", sheets.SexOf: "sex", sheets.Category: "category",
	sheets.Age: "age", sheets.Born: "born", sheets.Club: "club", sheets.Licence: "licence", sheets.Event: "race", sheets.Distance: "distance",
	sheets.Email: "e-mail", sheets.Phone: "telephone",
	sheets.Skip: "nothing that is needed",
}

func draftClubs(plan *imports.Plan, draft imports.Draft, ours []string) (clubs []components.DraftClub) {
	all := imports.Clubs(plan.Sheet, slices.Concat(ours, draft.Choices.Clubs))
	for _, c := range all[:min(len(all), clubsOnPage)] {
		clubs = append(clubs, components.DraftClub{
			Name: c.Name, Count: counted(c.Rows, "row"), Chosen: len(draft.Choices.Clubs) > 0 && c.Ours,
		})
	}
	return clubs
}
