package pooled

import "math"

// parameter is one of the constants as the search and the prior see it: the
// logarithm of those above 0.
type parameter struct {
	name     string
	of       func(*Constants) *float64
	positive bool
	sd       float64 // of the prior about the default
	step     float64 // the first of the search
}

// parameters are all that are searched for.
var parameters = [...]parameter{
	{"noise", func(c *Constants) *float64 { return &c.Noise }, true, 1, 0.2},
	{"wander", func(c *Constants) *float64 { return &c.Wander }, true, 1, 0.2},
	{"spread", func(c *Constants) *float64 { return &c.Spread }, true, 1, 0.2},
	{"reversion", func(c *Constants) *float64 { return &c.Reversion }, true, 1, 0.4},
	{"drift", func(c *Constants) *float64 { return &c.Drift }, false, 0.002, 0.002},
	{"drift by age", func(c *Constants) *float64 { return &c.DriftByAge }, false, 0.003, 0.002},
	{"learning", func(c *Constants) *float64 { return &c.Learning }, false, 0.02, 0.005},
	{"tail", func(c *Constants) *float64 { return &c.Tail }, true, 0.5, 0.2},
	{"tail gain", func(c *Constants) *float64 { return &c.TailGain }, true, 1, 0.5},
	{"first tail", func(c *Constants) *float64 { return &c.FirstTail }, true, 0.5, 0.3},
	{"skew", func(c *Constants) *float64 { return &c.Skew }, false, 0.15, 0.05},
	{"trust", func(c *Constants) *float64 { return &c.Trust }, true, 0.5, 0.3},
	{"trust skew", func(c *Constants) *float64 { return &c.TrustSkew }, false, 0.3, 0.1},
	{"steadiness", func(c *Constants) *float64 { return &c.Steadiness }, true, 1, 0.3},
	{"day effect", func(c *Constants) *float64 { return &c.DayEffect }, true, 1, 0.4},
	{"course effect", func(c *Constants) *float64 { return &c.CourseEffect }, true, 0.5, 0.4},
	{"course wander", func(c *Constants) *float64 { return &c.CourseWander }, true, 1, 0.4},
	{"newcomer wander", func(c *Constants) *float64 { return &c.NewcomerWander }, true, 1, 0.4},
}

// coordinate returns the parameter as the search sees it.
func (p *parameter) coordinate(c *Constants) float64 {
	v := *p.of(c)
	if p.positive {
		return math.Log(v)
	}
	return v
}

// move adds a step to the coordinate.
func (p *parameter) move(c *Constants, step float64) {
	if v := p.of(c); p.positive {
		*v *= math.Exp(step)
	} else {
		*v += step
	}
}

// penalty is minus the logarithm of the prior.
func penalty(c *Constants) float64 {
	standard := Default()
	sum := 0.0
	for i := range parameters {
		p := &parameters[i]
		z := (p.coordinate(c) - p.coordinate(&standard)) / p.sd
		sum += z * z / 2
	}
	return sum
}
