package seed

import (
	"time"

	"runnerdb/club"
)

// The lengths that are not whole kilometres.
const (
	marathon     club.Metres = 42_195
	halfMarathon club.Metres = 21_098
	tenMiles     club.Metres = 16_093
)

// capeEvents is the calendar of a club in Cape Town, including the two long
// journeys to Durban. Fields and weekends are plausible, not exact.
var capeEvents = []event{
	{name: "Bay to Bay 30 km", length: 30_000, month: time.January, week: 2, weekday: time.Sunday, field: 2600, hills: 0.035},
	{name: "Khayelitsha 10 km League", length: 10_000, month: time.January, week: 4, weekday: time.Sunday, field: 420, gunOnly: true},
	{name: "Athlone 15 km", length: 15_000, month: time.February, week: 1, weekday: time.Sunday, field: 900},
	{name: "Cape Peninsula Marathon", length: marathon, month: time.February, week: 3, weekday: time.Sunday, field: 2300},
	{name: "Peninsula Half Marathon", length: halfMarathon, month: time.February, week: 3, weekday: time.Sunday, field: 3200},
	{name: "Milnerton 10 Miles", length: tenMiles, month: time.March, week: 1, weekday: time.Saturday, field: 700},
	{name: "Weskus Marathon", length: marathon, month: time.March, week: 2, weekday: time.Saturday, field: 1100, hills: 0.02},
	{name: "Ladies' 10 km Cape Town", length: 10_000, month: time.March, week: 4, weekday: time.Sunday, field: 6100, women: true},
	{name: "Two Oceans Half Marathon", length: halfMarathon, month: time.April, week: 2, weekday: time.Sunday, field: 14_500, hills: 0.025},
	{name: "Two Oceans Ultra", length: 56_000, month: time.April, week: 2, weekday: time.Saturday, field: 10_200, hills: 0.045},
	{name: "Langa Freedom Day 10 km", length: 10_000, month: time.April, week: 4, weekday: time.Sunday, field: 800, gunOnly: true},
	{name: "Cape Town 12", length: 12_000, month: time.May, week: 3, weekday: time.Sunday, field: 7800},
	{name: "Slave Route Half Marathon", length: halfMarathon, month: time.May, week: 1, weekday: time.Sunday, field: 2400, hills: 0.03},
	{name: "Comrades Marathon (down run)", length: 87_701, month: time.June, week: 2, weekday: time.Sunday, field: 14_900, hills: 0.03},
	{name: "Nyanga Youth Day 5 km", length: 5_000, month: time.June, week: 3, weekday: time.Saturday, field: 520, gunOnly: true},
	{name: "Nyanga Youth Day 10 km", length: 10_000, month: time.June, week: 3, weekday: time.Saturday, field: 640, gunOnly: true},
	{name: "Knysna Forest Marathon", length: marathon, month: time.July, week: 2, weekday: time.Saturday, field: 1500, hills: 0.06},
	{name: "Mandela Day 10 km", length: 10_000, month: time.July, week: 3, weekday: time.Sunday, field: 1900},
	{name: "RCS Gugulethu Half Marathon", length: halfMarathon, month: time.August, week: 2, weekday: time.Sunday, field: 1800},
	{name: "RCS Gugulethu 10 km", length: 10_000, month: time.August, week: 2, weekday: time.Sunday, field: 1300},
	{name: "Mitchells Plain 15 km", length: 15_000, month: time.August, week: 4, weekday: time.Sunday, field: 650, gunOnly: true},
	{name: "Bellville 10 Miles", length: tenMiles, month: time.September, week: 1, weekday: time.Saturday, field: 560, gunOnly: true},
	{name: "Cape Flats Marathon", length: marathon, month: time.September, week: 2, weekday: time.Sunday, field: 780},
	{name: "Heritage Day 10 km", length: 10_000, month: time.September, week: 4, weekday: time.Sunday, field: 1500},
	{name: "Gun Run Half Marathon", length: halfMarathon, month: time.October, week: 1, weekday: time.Sunday, field: 5200},
	{name: "Cape Town Marathon", length: marathon, month: time.October, week: 3, weekday: time.Sunday, field: 13_800},
	{name: "Peace Run 10 km", length: 10_000, month: time.October, week: 3, weekday: time.Saturday, field: 5600},
	{name: "Winelands Marathon", length: marathon, month: time.November, week: 3, weekday: time.Saturday, field: 900, hills: 0.03},
	{name: "Winelands Half Marathon", length: halfMarathon, month: time.November, week: 3, weekday: time.Saturday, field: 1500, hills: 0.03},
	{name: "Ommiedraai 10 km", length: 10_000, month: time.December, week: 1, weekday: time.Sunday, field: 1700},
}

// fiveKilometres is the club's own monthly Saturday race in Gugulethu.
func fiveKilometres() []event {
	var events []event
	for month := time.January; month <= time.December; month++ {
		events = append(events, event{
			name: "Gugulethu Saturday 5 km", length: 5_000, month: month, week: 1 + int(month)%4, weekday: time.Saturday,
			field: 130, gunOnly: true,
		})
	}
	return events
}

// change is what was different in one year.
type change struct {
	cancelled bool
	name      string
	length    club.Metres
	month     time.Month
	day       int
}

// changes lists the years that did not follow the rule. Comrades as announced:
// 2022 down 89.885 km, 2023 down 87.701, 2024 up 85.91, 2025 down 89.98; the up
// run of 2026, on nearly the same route, has the length of 2024. The Cape Town
// Marathon of 2025 was called off because of wind, and then moved to May.
var changes = map[string]map[int]change{
	"Comrades Marathon (down run)": {
		2022: {length: 89_885, month: time.August, day: 28},
		2024: {name: "Comrades Marathon (up run)", length: 85_910},
		2025: {length: 89_980},
		2026: {name: "Comrades Marathon (up run)", length: 85_910},
	},
	"Cape Town Marathon": {
		2025: {cancelled: true},
		2026: {month: time.May, day: 24},
	},
	"Two Oceans Ultra": {
		2022: {month: time.April, day: 17},
		2023: {month: time.April, day: 15},
		2024: {month: time.April, day: 13},
		2025: {month: time.April, day: 5},
		2026: {month: time.April, day: 11},
	},
	"Two Oceans Half Marathon": {
		2022: {month: time.April, day: 16},
		2023: {month: time.April, day: 16},
		2024: {month: time.April, day: 14},
		2025: {month: time.April, day: 6},
		2026: {month: time.April, day: 12},
	},
}
