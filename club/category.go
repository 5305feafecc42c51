package club

// Categories lists the values that Category returns, youngest first.
var Categories = []string{"Junior", "Senior", "40-49", "50-59", "60-69", "70+"}

// Category returns a runner's road-running age category on race day, by South
// African rules: juniors are 19 or younger on 31 December of that year;
// veterans, masters, grandmasters and great grandmasters start on their 40th,
// 50th, 60th and 70th birthdays. It returns "" if the birth date is unknown.
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

// AgeOn returns a person's age in full years on a day. People born on 29
// February have their birthday on 1 March in common years.
func AgeOn(birth, day Date) int {
	age := day.Year - birth.Year
	if day.Month < birth.Month || (day.Month == birth.Month && day.Day < birth.Day) {
		age--
	}
	return age
}

// adult is the age at which people decide for themselves what is published
// about them (Protection of Personal Information Act 4 of 2013, section 1).
const adult = 18

// IsMinor reports whether a person is known to be under 18 on a day.
func IsMinor(birth, day Date) bool { return !birth.IsZero() && AgeOn(birth, day) < adult }
