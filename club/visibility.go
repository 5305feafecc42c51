package club

// Visibility is what somebody who keeps the records has said about whether a
// runner is public.
type Visibility string

// What may be said. As long as nobody has said anything, minors are hidden and
// everybody else is shown. Of who is erased neither name nor anything else is
// left, and nobody can show them again.
const (
	Automatic Visibility = ""
	Shown     Visibility = "shown"
	Hidden    Visibility = "hidden"
	Erased    Visibility = "erased"
)

// NameWithheld stands where a hidden or erased runner's name would.
const NameWithheld = "Name withheld"

// Reason is why a runner is hidden; NotHidden where they are public.
type Reason string

// The reasons.
const (
	NotHidden Reason = ""
	Minor     Reason = "minor"
	Junior    Reason = "junior"
	Asked     Reason = "asked"
	IsErased  Reason = "erased"
)

// WhyHidden says whether a runner is hidden, and why. recorded is the day on
// which the record was made, and junior whether any of the results has a junior
// category.
//
// Who was under 18 when the record was made stays hidden on the 18th birthday:
// nobody grows up to be published, they are asked. So the answer never changes
// with the passing of time, only with the record.
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

// Words prints the reason as the list of those who keep the records has it.
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

// Merge is what holds for one runner made of two: who is hidden in one
// record is hidden, and a choice counts more than none.
func (v Visibility) Merge(other Visibility) Visibility {
	if v == Hidden || other == Hidden {
		return Hidden
	}
	if v == Automatic {
		return other
	}
	return v
}
