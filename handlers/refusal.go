package handlers

import (
	"runnerdb/components"
)

// refusalProps says why there is no prediction, and what to do.
func refusalProps() *components.Refusal {
	return &components.Refusal{
		Reason: "There is no finished race to predict from.",
		Advice: "One finished race at a standard distance is enough to predict the next.",
	}
}
