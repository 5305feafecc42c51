package club

// Visibility is an administrator's choice of whether a runner is public.
type Visibility string

// The choices. Without one, minors are hidden and everybody else is shown. An
// erased runner has no name or personal details left and can't be shown again.
const (
	Automatic Visibility = ""
	Shown     Visibility = "shown"
	Hidden    Visibility = "hidden"
	Erased    Visibility = "erased"
)

// NameWithheld is printed in place of the name of a hidden or erased runner.
const NameWithheld = "Name withheld"

// Reason explains why a runner is hidden. Public runners have NotHidden.
type Reason string

// The reasons for hiding a runner.
const (
	NotHidden Reason = ""
	Minor     Reason = "minor"
	Junior    Reason = "junior"
	Asked     Reason = "asked"
	IsErased  Reason = "erased"
)

// WhyHidden returns the reason why a runner is hidden, or NotHidden. recorded
// is the date on which the record was made; junior is true if any of the
// results has a junior category.
//
// A runner who was under 18 when the record was made stays hidden after turning
// 18, until they agree to be shown. The answer therefore changes only with the
// record, never with time.
func WhyHidden(said Visibility, birth, recorded Date, junior bool) Reason {
	switch {
	case said == Erased:
		return IsErased
	case said == Hidden:
		return Asked
	case said == Shown:
		return NotHidden
	case IsMinor(birth, recorded):
		return Minor
	case birth.IsZero() && junior:
		return Junior
	default:
		return NotHidden
	}
}

// Words prints the reason as administrators read it.
func (r Reason) Words(birth, today Date) string {
	switch r {
	case Minor:
		if IsMinor(birth, today) {
			return "under 18"
		}
		return "under 18 when this record was made, now of age: ask them"
	case Junior:
		return "junior category, age unknown"
	case Asked:
		return "as somebody chose"
	case IsErased:
		return "erased"
	default:
		return ""
	}
}

// Merge combines the choices for two records of one runner: the result is
// hidden if either is, and any choice outweighs none.
func (v Visibility) Merge(other Visibility) Visibility {
	if v == Hidden || other == Hidden {
		return Hidden
	}
	if v == Automatic {
		return other
	}
	return v
}
