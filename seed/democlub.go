package seed

import (
	"math"
	"slices"

	"runnerdb/club"
	"runnerdb/queries"
)

const (
	homeClub    = "RCS Gugulethu AC"
	clubMembers = 203
	// minors is the number of members under 18, who are hidden.
	minors = 5
)

// neighbours lists other clubs for which members ran earlier, or still do.
var neighbours = []string{"Khayelitsha AC", "Itheko Sport AC", "Bellville AC", "Celtic Harriers", "Langa AC", "Nedbank RC WP"}

// member is an athlete of the demo club with all results.
type member struct {
	athlete
	// races is the number of races that the member wants to run.
	races int
	// joined is the day from which results show the club; before it they show
	// earlier.
	joined  int
	earlier string
	// taste weights the member's favourite distances.
	taste   map[club.Metres]float64
	ran     []*fixture
	results []club.Result
}

// demoClub is the club around the demo runners.
type demoClub struct {
	program *program
	members []*member
}

func newDemoClub(seed uint64) *demoClub {
	d := newDice(seed)
	c := &demoClub{program: capeProgram(d)}
	for i, demo := range demoRunners {
		c.members = append(c.members, demo.member(i, c.program.fixtures, d))
	}
	for _, part := range readCast() {
		m := part.member(d)
		c.join(&m, d)
	}
	c.recruit(d)
	for _, m := range c.members[len(demoRunners):] {
		m.season(c.program.fixtures, d)
	}
	c.disqualify(d)
	c.hideOne(d)
	c.rank()
	return c
}

func capeProgram(d dice) *program {
	p := newProgram()
	for _, e := range append(slices.Clone(capeEvents), fiveKilometres()...) {
		p.add(e, d)
	}
	p.finish(d)
	return p
}

// join gives a member an id, a licence, favourite distances and years in other
// clubs.
func (c *demoClub) join(m *member, d dice) {
	number := len(c.members)
	m.ID = int64(number + 1)
	if !d.chance(withoutLicence) {
		m.Licence = licence("WPA", 10_401+37*number)
	}
	m.hideMinor()
	m.earlier = m.club
	if d.chance(0.15) {
		m.earlier, m.joined = neighbours[d.IntN(len(neighbours))], firstDay+d.IntN(1200)
	}
	m.taste = drawTaste(d)
	c.members = append(c.members, m)
}

// recruit fills the club with members of every age and ambition.
func (c *demoClub) recruit(d dice) {
	registrar := newRegistrar(false, func(s share) float64 { return s.local })
	taken := map[string]bool{}
	for _, m := range c.members {
		taken[m.Name] = true
	}
	for young := minors; len(c.members) < clubMembers; {
		m := &member{races: membersRaces(d)}
		registrar.register(&m.athlete, d)
		if isMinor(m.born) != (young > 0) || taken[m.Name] {
			continue
		}
		young--
		taken[m.Name] = true
		m.train(d)
		if !d.chance(unknownBirth) {
			m.BirthDate = m.born
		}
		m.club = homeClub
		if d.chance(0.06) {
			m.club = neighbours[d.IntN(len(neighbours))]
		}
		c.join(m, d)
	}
}

// membersRaces draws how often a member races in all seasons: some once, most
// now and then, a few every other week.
func membersRaces(d dice) int {
	if d.chance(0.08) {
		return 1
	}
	return min(60, 1+int(math.Exp(2.1+d.bell(0.85, 3))))
}

func drawTaste(d dice) map[club.Metres]float64 {
	taste := map[club.Metres]float64{}
	for _, length := range []club.Metres{5_000, 10_000, 12_000, 15_000, tenMiles, halfMarathon, 30_000, marathon, 56_000} {
		taste[length] = math.Exp(d.bell(0.7, 2.5))
	}
	taste[5_000] *= 0.4
	return taste
}

// disqualify takes two results away, for a borrowed number and a cut corner.
func (c *demoClub) disqualify(d dice) {
	for left := 2; left > 0; {
		m := c.members[d.between(len(demoRunners), len(c.members)-1)]
		if len(m.results) < 5 {
			continue
		}
		r := &m.results[d.IntN(len(m.results))]
		if r.Status == club.Finished {
			r.Status, r.Net, r.Counts = club.Disqualified, 0, false
			left--
		}
	}
}

// hideOne hides an adult who does not want to be found.
func (c *demoClub) hideOne(d dice) {
	m := c.members[d.between(clubMembers-60, clubMembers-1)]
	m.Visibility = club.Hidden
}

// rank sets the positions of the members in every race.
func (c *demoClub) rank() {
	finishers := make([][]*club.Result, len(c.program.fixtures))
	for _, m := range c.members {
		for i := range m.results {
			race := m.results[i].RaceID - 1
			finishers[race] = append(finishers[race], &m.results[i])
		}
	}
	for i := range c.program.fixtures {
		c.program.fixtures[i].rank(finishers[i])
	}
}

func (c *demoClub) batch() queries.Batch {
	batch := queries.Batch{Series: c.program.series, Races: c.program.races()}
	for _, m := range c.members {
		batch.Runners = append(batch.Runners, m.Runner)
		for _, r := range m.results {
			r.ID = int64(len(batch.Results) + 1)
			batch.Results = append(batch.Results, r)
		}
	}
	return batch
}
