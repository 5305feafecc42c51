package seed

import (
	"time"

	"runnerdb/club"
)

// province is a member of Athletics South Africa: the letters of its licence
// numbers, its share of the runners, and its towns.
type province struct {
	letters string
	runners float64
	towns   []string
}

var provinces = []province{
	{"WPA", 17, []string{
		"Cape Town", "Gugulethu", "Bellville", "Durbanville", "Khayelitsha", "Mitchells Plain",
		"Wynberg", "Claremont", "Somerset West", "Strand", "Kraaifontein", "Fish Hoek", "Table View", "Langa", "Atlantis",
	}},
	{"BOL", 5, []string{"Paarl", "Stellenbosch", "Worcester", "Wellington", "Malmesbury", "Ceres", "Hermanus", "Swellendam"}},
	{"SWD", 4, []string{"George", "Knysna", "Mossel Bay", "Oudtshoorn", "Plettenberg Bay", "Riversdale", "Beaufort West"}},
	{"EPA", 7, []string{"Gqeberha", "Kariega", "Makhanda", "Jeffreys Bay", "Cradock", "Graaff-Reinet", "Motherwell"}},
	{"BOR", 6, []string{"East London", "Mdantsane", "Qonce", "Komani", "Mthatha", "Butterworth", "Lusikisiki", "Alice"}},
	{"KZN", 19, []string{
		"Durban", "Pietermaritzburg", "Umlazi", "KwaMashu", "Pinetown", "Richards Bay", "Newcastle",
		"Ladysmith", "Port Shepstone", "Empangeni", "Chatsworth", "Phoenix", "Eshowe", "Ulundi", "Howick", "Ballito",
	}},
	{"CGA", 17, []string{
		"Johannesburg", "Soweto", "Randburg", "Roodepoort", "Benoni", "Boksburg", "Germiston",
		"Kempton Park", "Alexandra", "Springs", "Vosloorus", "Krugersdorp", "Sandton", "Lenasia", "Edenvale",
	}},
	{"AGN", 10, []string{"Pretoria", "Centurion", "Mamelodi", "Soshanguve", "Atteridgeville", "Irene", "Hammanskraal", "Cullinan"}},
	{"AVT", 4, []string{"Vereeniging", "Vanderbijlpark", "Sasolburg", "Sebokeng", "Sharpeville", "Heidelberg"}},
	{"AFS", 5, []string{"Bloemfontein", "Welkom", "Bethlehem", "Kroonstad", "Phuthaditjhaba", "Botshabelo", "Harrismith", "Ficksburg"}},
	{"ANW", 5, []string{"Rustenburg", "Potchefstroom", "Mahikeng", "Klerksdorp", "Brits", "Lichtenburg", "Vryburg"}},
	{"LIM", 6, []string{"Polokwane", "Thohoyandou", "Tzaneen", "Mokopane", "Giyani", "Bela-Bela", "Lephalale", "Phalaborwa"}},
	{"MPU", 5, []string{"Mbombela", "eMalahleni", "Middelburg", "Secunda", "Ermelo", "Barberton", "White River", "Standerton"}},
	{"GWA", 2, []string{"Kimberley", "Upington", "Kuruman", "Springbok", "De Aar", "Kathu"}},
}

// clubKinds follow a town's name. The first are the largest clubs.
var clubKinds = []string{"AC", "Harriers", "Road Runners", "Striders", "Marathon Club"}

func (p province) clubs() []string {
	var clubs []string
	for _, kind := range clubKinds {
		for _, town := range p.towns {
			clubs = append(clubs, town+" "+kind)
		}
	}
	return clubs
}

// townRaces are held in every town, each in its own month.
var townRaces = []struct {
	kind   string
	length club.Metres
}{
	{"5 km Fun Run", 5_000},
	{"10 km Challenge", 10_000},
	{"15 km Classic", 15_000},
	{"Half Marathon", halfMarathon},
	{"Marathon", marathon},
	{"Night Run 10 km", 10_000},
	{"Spring 10 Miles", tenMiles},
	{"32 km", 32_000},
}

// events returns three events for each town. Which, and when, depends on the
// town's place in the list.
func (p province) events(field int) []event {
	var events []event
	for i, town := range p.towns {
		for j := range 3 {
			kind := townRaces[(i+j*3)%len(townRaces)]
			events = append(events, event{
				name: town + " " + kind.kind, length: kind.length,
				month: time.Month(1 + (i*5+j*4)%12), week: 1 + (i+j)%4, weekday: [...]time.Weekday{time.Sunday, time.Saturday}[(i+j)%2],
				field: max(field, 300), hills: float64((i*7+j)%5) / 100, gunOnly: kind.length == 5_000,
			})
		}
	}
	return events
}
