package club

// Categories are those that Category tells apart, the youngest first.
var Categories = []string{"Junior", "Senior", "40-49", "50-59", "60-69", "70+"}

// Category is the road category of a runner on the day of a race, as road
// running in South Africa has them: a junior is 19 or younger on 31 December
// of that year; veterans, masters, grandmasters and great grandmasters begin
// on the 40th, 50th, 60th and 70th birthday. It is empty where the birth date
// is unknown.
func Category(birth, race Date) string {
	if birth.IsZero() || race.IsZero() {
		return ""
	}
	if race.Year-birth.Year <= 19 {
		return "Junior"
	}
	switch age := AgeOn(birth, race); {
	case age < 40:
		return "Senior"
	case age < 50:
		return "40-49"
	case age < 60:
		return "50-59"
	case age < 70:
		return "60-69"
	default:
		return "70+"
	}
}

// AgeOn is a person's age in full years on a day. Somebody born on 29
// February turns on 1 March in a common year.
func AgeOn(birth, day Date) int {
	age := day.Year - birth.Year
	if day.Month < birth.Month || (day.Month == birth.Month && day.Day < birth.Day) {
		age--
	}
	return age
}

// adult is the age from which on people decide themselves what is published of
// them (Protection of Personal Information Act 4 of 2013, section 1).
const adult = 18

// IsMinor reports whether somebody is known to be a child on a day.
func IsMinor(birth, day Date) bool { return !birth.IsZero() && AgeOn(birth, day) < adult }
