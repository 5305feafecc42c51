package handlers

import (
	"slices"

	"runnerdb/club"
	"runnerdb/components"
)

// visibilityWords are a choice of the form of a runner.
type visibilityWords struct {
	said  club.Visibility
	label string
}

// visibilities are all that a form can say; to erase somebody has a page of its
// own.
var visibilities = []visibilityWords{
	{club.Automatic, "Yes, unless it is a child"},
	{club.Shown, "Yes: they, or their parents, agree"},
	{club.Hidden, "No: shown to nobody but those who keep the records"},
}

func visibilityOptions(chosen club.Visibility) []components.Option {
	options := make([]components.Option, len(visibilities))
	for i, v := range visibilities {
		options[i] = components.Option{Value: string(v.said), Label: v.label, Chosen: v.said == chosen}
	}
	if !slices.ContainsFunc(options, func(o components.Option) bool { return o.Chosen }) {
		options = append(options, components.Option{Value: string(chosen), Label: string(chosen), Chosen: true})
	}
	return options
}

func chosenOption(options []components.Option) components.Option {
	at := slices.IndexFunc(options, func(o components.Option) bool { return o.Chosen })
	return options[at]
}

func chosenVisibility(form components.RunnerFormProps) club.Visibility {
	return club.Visibility(chosenOption(form.Visibility).Value)
}

func chosenLabel(options []components.Option) string { return chosenOption(options).Label }
